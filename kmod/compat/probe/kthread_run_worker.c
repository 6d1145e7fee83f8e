// SPDX-License-Identifier: GPL-2.0-only
/* A worker's thread is made asleep, and this wakes it (since 6.14). */
#include <linux/kthread.h>

struct kthread_worker *probe(void)
{
	return kthread_run_worker(0, "probe");
}
