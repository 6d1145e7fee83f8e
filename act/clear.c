// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/clear.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "act/unused.h"
#include "basic/cleanup.h"
#include "facts/device-memory.h"
#include "facts/snapshot-read.h"

#define THREADS_MAX 16
/* What a thread maps and writes at once; with larger pages it maps more. */
#define PART_SIZE (UINT64_C(64) << 20)

/* Common to all threads. */
struct clearing {
	int fd;
	uint64_t size, align;
	_Atomic uint64_t next; /* part that nobody has begun */
	_Atomic int error;     /* the first one; 0: none yet */
	_Atomic uint64_t at;   /* of memory that has failed */
};

/* A thread that writes, and what it has mapped. */
struct writer {
	sigjmp_buf back;
	unsigned char *memory;
	uint64_t length;
	uint64_t failed; /* offset in @memory */
};

/* Of the thread; NULL: it does not write now. */
static _Thread_local struct writer *writer;

/* The kernel has taken the page away, or could not give one. */
static void on_bus_error(int number, siginfo_t *info, void *context _unused_)
{
	const uintptr_t at = (uintptr_t)info->si_addr;
	const uintptr_t start = writer ? (uintptr_t)writer->memory : 0;

	if (!writer || at < start || at - start >= writer->length) {
		signal(number, SIG_DFL); /* it is somebody else's fault */
		return;
	}
	writer->failed = at - start;
	siglongjmp(writer->back, 1);
}

static void set_error(struct clearing *clearing, int error)
{
	int none = 0;

	atomic_compare_exchange_strong(&clearing->error, &none, error);
}

static void set_failed(struct clearing *clearing, uint64_t at)
{
	int none = 0;

	if (atomic_compare_exchange_strong(&clearing->error, &none, -EIO))
		atomic_store(&clearing->at, at);
}

/* Past the caches: what is in them is of use to others. @size is a multiple of
 * 64, and @memory is aligned so. */
static void write_zeros(unsigned char *memory, uint64_t size)
{
#ifdef __SSE2__
	const __m128i zero = _mm_setzero_si128();
	__m128i *at = (__m128i *)(void *)memory;

	for (uint64_t i = 0; i < size; i += 64, at += 4) {
		_mm_stream_si128(&at[0], zero);
		_mm_stream_si128(&at[1], zero);
		_mm_stream_si128(&at[2], zero);
		_mm_stream_si128(&at[3], zero);
	}
	_mm_sfence();
#else
	memset(memory, 0, size);
#endif
}

static void write_all(unsigned char *memory, uint64_t size)
{
	const uint64_t lines = size - size % 64;

	write_zeros(memory, lines);
	memset(memory + lines, 0, size - lines);
}

/* False: memory of it has failed. */
static bool write_or_fail(struct writer *self, uint64_t from, uint64_t size)
{
	writer = self;
	if (sigsetjmp(self->back, 1)) {
		writer = NULL;
		return false;
	}
	write_all(self->memory + from, size);
	writer = NULL;
	return true;
}

/* What is mapped begins and ends with a page of the device. */
static void clear_part(struct clearing *clearing, uint64_t at, uint64_t size)
{
	const uint64_t ahead = at % clearing->align;
	const uint64_t behind = (at + size) % clearing->align;
	struct writer self = {
		.length =
			ahead + size + (behind ? clearing->align - behind : 0),
	};

	self.memory = mmap(NULL, self.length, PROT_READ | PROT_WRITE,
			   MAP_SHARED, clearing->fd, (off_t)(at - ahead));
	if (self.memory == MAP_FAILED) {
		set_error(clearing, -errno);
		return;
	}
	if (!write_or_fail(&self, ahead, size))
		set_failed(clearing, at - ahead + self.failed);
	munmap(self.memory, self.length);
}

static void *clear_parts(void *data)
{
	struct clearing *clearing = data;

	while (atomic_load(&clearing->error) == 0) {
		const uint64_t part = atomic_fetch_add(&clearing->next, 1);
		uint64_t at, size;

		if (__builtin_mul_overflow(part, PART_SIZE, &at) ||
		    at >= clearing->size)
			break;
		size = clearing->size - at;
		clear_part(clearing, at, size < PART_SIZE ? size : PART_SIZE);
	}
	return NULL;
}

static size_t count_threads(const struct clearing *clearing)
{
	const uint64_t parts = (clearing->size - 1) / PART_SIZE + 1;
	cpu_set_t set;
	size_t n = 1;

	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		n = (size_t)CPU_COUNT(&set);
	if (n > THREADS_MAX)
		n = THREADS_MAX;
	return n < parts ? n : (size_t)parts;
}

/* Where the machine has no room for more threads, fewer do it. */
static void clear_by_threads(struct clearing *clearing)
{
	const size_t n = count_threads(clearing);
	pthread_t threads[THREADS_MAX];
	size_t begun = 0;

	while (begun + 1 < n && pthread_create(&threads[begun], NULL,
					       clear_parts, clearing) == 0)
		begun++;
	clear_parts(clearing);
	for (size_t i = 0; i < begun; i++)
		pthread_join(threads[i], NULL);
}

/* 0; or a negative errno, for -EIO with the offset of what has failed. */
static int clear_all(int fd, const struct facts_device *device,
		     uint64_t *ret_at)
{
	struct clearing clearing = { .fd = fd,
				     .size = device->size,
				     .align = device->align };
	struct sigaction action = { .sa_sigaction = on_bus_error,
				    .sa_flags = SA_SIGINFO };
	struct sigaction before;

	if (!device->align)
		return -EACCES; /* only root can read it */
	if (!device->size)
		return 0;
	sigemptyset(&action.sa_mask);
	if (sigaction(SIGBUS, &action, &before) < 0)
		return -errno;
	clear_by_threads(&clearing);
	sigaction(SIGBUS, &before, NULL);
	*ret_at = atomic_load(&clearing.at);
	return atomic_load(&clearing.error);
}

static int open_and_clear(struct act_work *work, uint64_t *ret_at)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *snapshot = NULL;
	_cleanup_close_ int fd = -1;
	int r;

	r = facts_snapshot_read_device(work->root_fd, work->device, &snapshot);
	if (r < 0)
		return r;
	fd = device_memory_open_as(work->root_fd, &snapshot->devices[0],
				   O_RDWR);
	return fd < 0 ? fd : clear_all(fd, &snapshot->devices[0], ret_at);
}

/* The device is exclusive, and somebody was faster. */
static int fail_busy(struct act_work *work, const struct plan_step *step)
{
	int r = unused_check(work, step);

	return r < 0 ? r : work_fail(work, -EUSERS, ACT_CAUSE_LEASE_USERS_LEFT);
}

int clear_take(struct act_work *work, const struct plan_step *step)
{
	char offset[24];
	uint64_t at = 0;
	int r;

	r = unused_end_before(work, step);
	if (r < 0)
		return r;
	r = open_and_clear(work, &at);
	if (r == 0)
		return 0;
	if (r == -EBUSY)
		return fail_busy(work, step);
	if (r != -EIO)
		return work_fail(work, r, ACT_CAUSE_CLEAR);
	snprintf(offset, sizeof(offset), "%#" PRIx64, at);
	return work_fail_named(work, r, ACT_CAUSE_POISON, NULL, offset);
}
