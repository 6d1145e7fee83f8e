// SPDX-License-Identifier: GPL-2.0-only
/*
 * Offlining ends early when its task has a signal pending, and the writer whose
 * fatal signal is the reason to undo has one. So a thread of the kernel's
 * undoes; a killed task could not make one. Without signals, on the other hand,
 * it could wait for ever for a page that never comes free, so this thread gets
 * a signal when its time is over. Devices do not wait for each other.
 */
#include "kmem/undo.h"

#include <linux/jiffies.h>
#include <linux/sched/signal.h>
#include <linux/signal.h>
#include <linux/workqueue.h>

#include "kmem/memory.h"

#define UNDO_SECONDS 30

static struct workqueue_struct *queue;

/**
 * struct undo_job - one undoing
 * @work: in the queue
 * @timeout: ends it
 * @task: who does it
 * @memory: the memory, locked by the task that waits
 * @undo: what does it
 * @rc: what that returned
 */
struct undo_job {
	struct work_struct work;
	struct delayed_work timeout;
	struct task_struct *task;
	struct kmem_memory *memory;
	int (*undo)(struct kmem_memory *memory);
	int rc;
};

static void undo_timeout(struct work_struct *work)
{
	struct undo_job *job =
		container_of(to_delayed_work(work), struct undo_job, timeout);

	send_sig(SIGKILL, job->task, 1);
}

static void undo_run(struct work_struct *work)
{
	struct undo_job *job = container_of(work, struct undo_job, work);

	allow_kernel_signal(SIGKILL);
	job->task = current;
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

	INIT_WORK_ONSTACK(&job.work, undo_run);
	INIT_DELAYED_WORK_ONSTACK(&job.timeout, undo_timeout);
	queue_work(queue, &job.work);
	flush_work(&job.work);
	destroy_delayed_work_on_stack(&job.timeout);
	destroy_work_on_stack(&job.work);
	WRITE_ONCE(memory->owner, current);
	return job.rc;
}

int kmem_undo_init(void)
{
	queue = alloc_workqueue("kmem-undo", WQ_UNBOUND, 0);
	return queue ? 0 : -ENOMEM;
}

void kmem_undo_exit(void)
{
	destroy_workqueue(queue);
}
