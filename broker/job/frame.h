/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_JOB_FRAME_H
#define BROKER_JOB_FRAME_H

#include <stdint.h>

#include "act/phase.h"
#include "act/result.h"

/*
 * What a worker process reports to the daemon: one frame is one datagram of a
 * SOCK_SEQPACKET socket. Both ends are the same program, so it is the struct as
 * it is in memory. The worker is not trusted: what arrives is checked.
 */
enum frame_type {
	FRAME_PROGRESS, /* result.step is in this phase; the rest is not set */
	FRAME_RESULT,	/* the job has ended: result */
	FRAME_TYPES,
};

struct frame {
	enum frame_type type;
	enum act_phase phase;
	struct act_result result;
};

/* Waits for a daemon that is busy. A daemon that is gone is no matter: the job
 * goes on without it. */
void frame_send(int fd, const struct frame *frame);

/* Returns 1 and *ret; 0: the worker has closed its end; -EAGAIN; -EBADMSG: that
 * was no frame; or another negative errno. */
int frame_receive(int fd, struct frame *ret);

/* What the daemon answers a result with: the job that the worker is to carry
 * out next. It closes the socket where there is none. */
struct frame_next {
	uint64_t number; /* of its order */
	uint64_t waited; /* see there */
};

/* Does not wait. 0; negative errno: nobody will read it. */
int frame_send_next(int fd, const struct frame_next *next);

/* Waits for it. False: there is none. */
bool frame_receive_next(int fd, struct frame_next *ret);

#endif
