/* SPDX-License-Identifier: GPL-2.0-only */
/* Threads by their present names. */
#ifndef COMPAT_THREAD_H
#define COMPAT_THREAD_H

#include <linux/kthread.h>

/* Until 6.13 making a worker's thread also woke it. */
#ifndef HAVE_KTHREAD_RUN_WORKER
#define kthread_run_worker kthread_create_worker
#endif

#endif /* COMPAT_THREAD_H */
