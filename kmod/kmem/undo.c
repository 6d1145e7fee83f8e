// SPDX-License-Identifier: GPL-2.0-only
/*
 * Offlining ends early when its task has a signal pending, and the writer whose
 * fatal signal is the reason to undo has one. So a thread of its own undoes.
 * Without signals, on the other hand, it could wait for ever for a page that
 * never comes free, so this thread gets a signal when its time is over.
 * The thread is made when the module is loaded: a killed task cannot make one.
 */
#include "kmem/undo.h"

#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/sched/signal.h>
#include <linux/signal.h>

#include "compat/thread.h"
#include "kmem/memory.h"

#define UNDO_SECONDS 30

static struct kthread_worker *worker;

/**
 * struct undo_job - one undoing
 * @work: in the thread's queue
 * @timeout: ends it
 * @memory: the memory, locked by the task that waits
 * @undo: what does it
 * @rc: what that returned
 */
struct undo_job {
	struct kthread_work work;
	struct delayed_work timeout;
	struct kmem_memory *memory;
	int (*undo)(struct kmem_memory *memory);
	int rc;
};

static void undo_timeout(struct work_struct *work)
{
	send_sig(SIGKILL, worker->task, 1);
}

static void undo_run(struct kthread_work *work)
{
	struct undo_job *job = container_of(work, struct undo_job, work);

	allow_kernel_signal(SIGKILL);
	schedule_delayed_work(&job->timeout, UNDO_SECONDS * HZ);
	WRITE_ONCE(job->memory->owner, current);
	job->rc = job->undo(job->memory);
	cancel_delayed_work_sync(&job->timeout);
	disallow_signal(SIGKILL);
	flush_signals(current);
}

int kmem_undo(struct kmem_memory *memory, int (*undo)(struct kmem_memory *))
{
	struct undo_job job = { .memory = memory, .undo = undo };

	kthread_init_work(&job.work, undo_run);
	INIT_DELAYED_WORK_ONSTACK(&job.timeout, undo_timeout);
	kthread_queue_work(worker, &job.work);
	kthread_flush_work(&job.work);
	destroy_delayed_work_on_stack(&job.timeout);
	WRITE_ONCE(memory->owner, current);
	return job.rc;
}

int kmem_undo_init(void)
{
	worker = kthread_run_worker(0, "kmem-undo");
	return PTR_ERR_OR_ZERO(worker);
}

void kmem_undo_exit(void)
{
	kthread_destroy_worker(worker);
}
