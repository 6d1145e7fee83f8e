// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/job/frame.h"

#include <errno.h>
#include <string.h>

/* Both ends are the same program, so the byte order is its own. */
struct wire {
	uint32_t type;
	uint32_t value; /* progress: the phase; result: the outcome */
	uint64_t step;
	int32_t error;
	uint32_t text_length; /* bytes that follow, without a NUL */
};

#define TEXT_MAX (FRAME_MAX - sizeof(struct wire))

size_t frame_encode(const struct frame *frame, uint8_t buf[FRAME_MAX])
{
	const char *text = frame->result.message;
	struct wire wire = {
		.type = frame->type,
		.step = frame->result.step,
	};

	if (frame->type == FRAME_PROGRESS) {
		wire.value = frame->phase;
	} else {
		wire.value = frame->result.outcome;
		wire.error = frame->result.error;
		wire.text_length = text ? strnlen(text, TEXT_MAX) : 0;
	}
	memcpy(buf, &wire, sizeof(wire));
	if (wire.text_length)
		memcpy(buf + sizeof(wire), text, wire.text_length);
	return sizeof(wire) + wire.text_length;
}

static bool wire_valid(const struct wire *wire)
{
	switch (wire->type) {
	case FRAME_PROGRESS:
		return wire->value < ACT_PHASES && wire->text_length == 0;
	case FRAME_RESULT:
		return wire->value < ACT_OUTCOMES && wire->error >= 0 &&
		       wire->text_length <= TEXT_MAX;
	}
	return false;
}

ssize_t frame_decode(const uint8_t *data, size_t size, struct frame *ret)
{
	struct frame frame = { 0 };
	struct wire wire;

	if (size < sizeof(wire))
		return 0;
	memcpy(&wire, data, sizeof(wire));
	if (!wire_valid(&wire))
		return -EBADMSG;
	if (size - sizeof(wire) < wire.text_length)
		return 0;
	frame.type = wire.type;
	frame.result.step = wire.step;
	if (wire.type == FRAME_PROGRESS) {
		frame.phase = wire.value;
	} else {
		frame.result.outcome = wire.value;
		frame.result.error = wire.error;
	}
	if (wire.text_length) {
		frame.result.message = strndup(
			(const char *)data + sizeof(wire), wire.text_length);
		if (!frame.result.message)
			return -ENOMEM;
	}
	*ret = frame;
	return sizeof(wire) + wire.text_length;
}
