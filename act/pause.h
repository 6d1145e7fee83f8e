/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_PAUSE_H
#define ACT_PAUSE_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>

/*
 * poll(2) for @time ms, a little less where that is too long for it, with
 * ACT_PREEMPT_SIGNAL let in. 0 or more as poll(2); -ECANCELED: that signal
 * came, now or before; another negative errno.
 */
int pause_poll(struct pollfd *fds, size_t n, uint64_t time);

#endif
