// SPDX-License-Identifier: GPL-2.0-only
/*
 * Offlining ends early when its task has a signal pending, and the writer whose
 * fatal signal is the reason to undo has one. So a thread of the kernel's
 * undoes; a killed task could not make one. Without signals, on the other hand,
 * it could wait for ever for a page that never comes free, so this thread gets
 * a signal when its time is over.
 *
 * Offlining holds the kernel's hotplug lock as long as it tries. So it is tried
 * in turns: others, who may have something to undo as well, get the lock
 * between two of them.
 */
#include "kmem/undo.h"

#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/signal.h>
#include <linux/workqueue.h>

#include "kmem/memory.h"

#define UNDO_SECONDS 30
#define TURN_SECONDS 2

static struct workqueue_struct *queue;
static DEFINE_MUTEX(turn);

/**
 * struct undo_job - one undoing
 * @work: in the queue
 * @timeout: ends its turn
 * @deadline: when its last turn ends, in jiffies
 * @task: who does it
 * @memory: the memory, locked by the task that waits
 * @undo: what does it
 * @rc: what that returned
 */
struct undo_job {
	struct work_struct work;
	struct delayed_work timeout;
	unsigned long deadline;
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

/* Returns whether it is to have another turn. */
static bool undo_turn(struct undo_job *job)
{
	bool ended;

	schedule_delayed_work(&job->timeout, TURN_SECONDS * HZ);
	job->rc = job->undo(job->memory);
	cancel_delayed_work_sync(&job->timeout);
	ended = signal_pending(current);
	flush_signals(current);
	return job->rc && ended && time_before(jiffies, job->deadline);
}

static void undo_run(struct work_struct *work)
{
	struct undo_job *job = container_of(work, struct undo_job, work);
	bool again;

	allow_kernel_signal(SIGKILL);
	job->task = current;
	WRITE_ONCE(job->memory->owner, current);
	do {
		mutex_lock(&turn);
		again = undo_turn(job);
		mutex_unlock(&turn);
	} while (again);
	disallow_signal(SIGKILL);
}

int kmem_undo(struct kmem_memory *memory, int (*undo)(struct kmem_memory *))
{
	struct undo_job job = {
		.deadline = jiffies + UNDO_SECONDS * HZ,
		.memory = memory,
		.undo = undo,
	};

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
