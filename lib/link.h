/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LIB_LINK_H
#define LIB_LINK_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-bus.h>

/*
 * A connection to the daemon, and the descriptor to be polled for what comes.
 * Anyone on the bus can send a signal to anyone, so what counts is whether its
 * sender has the daemon's name.
 */
struct link {
	sd_bus *bus; /* NULL: there is none */
	char *owner; /* the daemon's unique name; NULL: it is not there */
	int epoll;   /* -1: not made yet */
	int timer;   /* in it: it is time to do something */
	bool asked;  /* who the owner is has been asked, and not been read */
	bool fresh;  /* the connection has no matches of the caller yet */
};

#define LINK_NONE ((struct link){ .epoll = -1, .timer = -1 })

/* Reaches the bus, no later than 5 s from now, and does not wait for who the
 * daemon is: link_set_owner(). 0 or a negative errno. */
int link_open(struct link *link);
void link_close(struct link *link);

/* A call of the daemon's object @path, which does not start the daemon. */
int link_new_call(struct link *link, const char *path, const char *interface,
		  const char *method, sd_bus_message **ret);

/* The daemon has left the bus. Waits for another one, @usec at most: 1; 0: time
 * is over, or it is there still; or a negative errno. */
int link_wait_daemon(struct link *link, uint64_t usec);

/* CLOCK_MONOTONIC, us */
uint64_t link_now(void);

/* The sender of an answer to a call of the daemon. 0 or -ENOMEM. */
int link_set_owner(struct link *link, const char *owner);

/* Has signals with this match come, and nobody waits until that is so: the bus
 * reads it before what is sent next, and has room for more matches than a lease
 * needs. */
int link_watch(struct link *link, const char *match);

/* The next message that the daemon has sent, or the bus about it: 1 and *ret,
 * maybe NULL, to be unreferenced; or 0: there is nothing more. A connection
 * that is lost is opened again later; *ret_opened says that this has happened.
 */
int link_next(struct link *link, sd_bus_message **ret, bool *ret_opened);

/* Has the descriptor be readable in @usec; UINT64_MAX: never mind. */
void link_wake(struct link *link, uint64_t usec);

#endif
