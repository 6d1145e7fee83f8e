// SPDX-License-Identifier: GPL-2.0-or-later
/* How much of something is done in a second. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "commands.h"
#include "common.h"

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static void touch_all(char *p, size_t align, size_t size)
{
	size_t i;

	for (i = 0; i < size; i += align)
		*(volatile char *)(p + i) = 1;
}

/* What one sample is made of: each returns how much it did. */
struct sample {
	int fd;
	size_t align;
	size_t size;
	char *p;
	double begin;
};

static double fault_sample(struct sample *sample)
{
	sample->p = map_at(sample->fd, sample->size, 0);
	sample->begin = now();
	touch_all(sample->p, sample->align, sample->size);
	return sample->size / sample->align;
}

static double map_sample(struct sample *sample)
{
	int i;

	for (i = 0; i < 1000; i++)
		munmap(map_at(sample->fd, sample->align, 0), sample->align);
	return i;
}

static double stream_sample(struct sample *sample)
{
	sample->p = map_at(sample->fd, sample->size, 0);
	touch_all(sample->p, sample->align, sample->size);
	sample->begin = now();
	memset(sample->p, 2, sample->size);
	return (double)sample->size / (1 << 20);
}

/* The best of the samples: what disturbs only slows down. */
static void bench_one(const char *name, struct sample *sample,
		      double (*take)(struct sample *sample))
{
	double rate, best = 0, end = now() + 0.25, done;

	while (now() < end) {
		sample->p = NULL;
		sample->begin = now();
		done = take(sample);
		rate = done / (now() - sample->begin);
		if (rate > best)
			best = rate;
		if (sample->p)
			munmap(sample->p, sample->size);
	}
	printf("%s %.0f\n", name, best);
}

int run_bench(char **args)
{
	struct sample sample = {
		.fd = open_dev(args[0], O_RDWR),
		.align = number(args[1]),
		.size = number(args[2]),
	};

	sample.p = map_at(sample.fd, sample.size, 0);
	touch_all(sample.p, sample.align, sample.size);
	munmap(sample.p, sample.size);
	bench_one("faults", &sample, fault_sample);
	bench_one("mmap", &sample, map_sample);
	if (sample.size > 64 << 20)
		sample.size = 64 << 20;
	bench_one("stream", &sample, stream_sample);
	return 0;
}
