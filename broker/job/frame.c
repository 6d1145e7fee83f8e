// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/job/frame.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "basic/cleanup.h"

void frame_send(int fd, const struct frame *frame)
{
	ssize_t n;

	do {
		n = send(fd, frame, sizeof(*frame), MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
}

#define TEXT(member)                                                        \
	{                                                                   \
		offsetof(struct act_failure, member), sizeof_member(member) \
	}
#define sizeof_member(member) sizeof(((struct act_failure *)NULL)->member)

static const struct {
	size_t offset, size;
} texts[] = {
	TEXT(device),	      TEXT(name),	  TEXT(value),
	TEXT(words),	      TEXT(blocker.kind), TEXT(blocker.command),
	TEXT(blocker.cgroup),
};

/* A bool of the other end's may have any value: reading it is not defined. */
static bool is_bool(const void *member)
{
	return *(const unsigned char *)member <= 1;
}

static bool is_failure(const struct act_failure *failure)
{
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (!memchr((const char *)failure + texts[i].offset, '\0',
			    texts[i].size))
			return false;
	return failure->cause < ACT_CAUSES && failure->error >= 0 &&
	       failure->zone < POLICY_ZONE_COUNT && failure->blocker.pid >= 0 &&
	       is_bool(&failure->has_block);
}

static bool is_frame(const struct frame *frame)
{
	const struct act_result *result = &frame->result;

	return frame->type < FRAME_TYPES && frame->phase < ACT_PHASES &&
	       result->outcome < ACT_OUTCOMES &&
	       result->kind < PLAN_STEP_KINDS &&
	       memchr(result->device, '\0', sizeof(result->device)) &&
	       is_bool(&result->blocks_added) && is_failure(&result->failure) &&
	       is_failure(&result->undo);
}

int frame_receive(int fd, struct frame *ret)
{
	struct frame frame;
	ssize_t n;

	do {
		n = recv(fd, &frame, sizeof(frame), MSG_TRUNC);
	} while (n < 0 && errno == EINTR);
	if (n <= 0)
		return n < 0 ? -errno : 0;
	if (n != sizeof(frame) || !is_frame(&frame))
		return -EBADMSG;
	*ret = frame;
	return 1;
}

int frame_send_next(int fd, const struct frame_next *next)
{
	ssize_t n;

	do {
		n = send(fd, next, sizeof(*next), MSG_NOSIGNAL | MSG_DONTWAIT);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

bool frame_receive_next(int fd, struct frame_next *ret)
{
	ssize_t n;

	do {
		n = recv(fd, ret, sizeof(*ret), 0);
	} while (n < 0 && errno == EINTR);
	return n == sizeof(*ret);
}
