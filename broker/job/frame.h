/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_JOB_FRAME_H
#define BROKER_JOB_FRAME_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "act/act.h"

/*
 * What a worker process tells the daemon over its pipe, as bytes and back. A
 * frame is never larger than PIPE_BUF, so that one write(2) puts it whole into
 * the pipe. The worker is not trusted: whatever arrives is checked.
 */
enum frame_type {
	FRAME_PROGRESS, /* result.step is in this phase */
	FRAME_RESULT,	/* the job has ended: result */
	FRAME_TYPES,
};

struct frame {
	enum frame_type type;
	enum act_phase phase;
	struct act_result result; /* message belongs to the frame */
};

#define FRAME_MAX PIPE_BUF

/* Returns the number of bytes put into @buf; a message that is too long is
 * cut. */
size_t frame_encode(const struct frame *frame, uint8_t buf[FRAME_MAX]);

/*
 * Reads the first frame of @size bytes. Returns the number of bytes it took,
 * and *ret, whose message is to be freed; 0: it is not complete yet; -EBADMSG:
 * this is no frame; -ENOMEM.
 */
ssize_t frame_decode(const uint8_t *data, size_t size, struct frame *ret);

#endif
