// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A tenant, for the cases in the guest, of the device in descriptor 3
 * ("daxbroker lease run -- lease-pin FILE"), whose memory outlives it: it maps
 * some of the device, registers that with io_uring and starts a child that has
 * nothing but the ring. Then it prints "ready" and the child's pid, and waits
 * for a signal.
 *
 * At SIGTERM the child writes the memory to FILE, through the ring: it says
 * "were its own" where that is what was in there.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define DEVICE 3
#define LEASE 4
#define LENGTH ((size_t)4 << 20)
#define PART ((unsigned int)1 << 20)

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static uint64_t word(size_t i)
{
	return (i + 1) * UINT64_C(0x9e3779b97f4a7c15);
}

static int new_ring(char *memory, struct io_uring_params *params)
{
	struct iovec buffer = { .iov_base = memory, .iov_len = LENGTH };
	int ring = (int)syscall(SYS_io_uring_setup, 2, params);

	if (ring < 0)
		die("io_uring_setup");
	/* Its buffers are of no device before Linux 6.5. */
	if (syscall(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS,
		    &buffer, 1) < 0)
		die("io_uring_register");
	return ring;
}

static char *map_ring(int ring, size_t length, off_t what)
{
	char *p = mmap(NULL, length, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_POPULATE, ring, what);

	if (p == MAP_FAILED)
		die("mmap of the ring");
	return p;
}

static unsigned int *at(char *base, unsigned int offset)
{
	return (unsigned int *)(base + offset);
}

/* What is in the memory that was at @memory goes to the file. */
static void write_file(int ring, const struct io_uring_params *params,
		       const char *memory, int file)
{
	char *sq = map_ring(ring, params->sq_off.array + params->sq_entries * 4,
			    IORING_OFF_SQ_RING);
	char *cq = map_ring(ring,
			    params->cq_off.cqes +
				    params->cq_entries *
					    sizeof(struct io_uring_cqe),
			    IORING_OFF_CQ_RING);
	struct io_uring_sqe *sqes = (void *)map_ring(
		ring, params->sq_entries * sizeof(*sqes), IORING_OFF_SQES);
	const struct io_uring_cqe *cqes =
		(const void *)(cq + params->cq_off.cqes);

	for (size_t offset = 0; offset < LENGTH; offset += PART) {
		const unsigned int tail = *at(sq, params->sq_off.tail);
		const unsigned int head = *at(cq, params->cq_off.head);
		const unsigned int slot =
			tail & *at(sq, params->sq_off.ring_mask);
		const struct io_uring_cqe *done =
			&cqes[head & *at(cq, params->cq_off.ring_mask)];

		sqes[slot] = (struct io_uring_sqe){
			.opcode = IORING_OP_WRITE_FIXED,
			.fd = file,
			.addr = (uintptr_t)memory + offset,
			.len = PART,
			.off = offset,
		};
		at(sq, params->sq_off.array)[slot] = slot;
		__atomic_store_n(at(sq, params->sq_off.tail), tail + 1,
				 __ATOMIC_RELEASE);
		if (syscall(SYS_io_uring_enter, ring, 1, 1,
			    IORING_ENTER_GETEVENTS, NULL, 0) != 1)
			die("io_uring_enter");
		if (done->res != (int)PART) {
			errno = done->res < 0 ? -done->res : EIO;
			die("a write from the memory");
		}
		__atomic_store_n(at(cq, params->cq_off.head), head + 1,
				 __ATOMIC_RELEASE);
	}
}

/* It has the ring, and neither the device nor the lease. */
static int check(int ring, const struct io_uring_params *params,
		 const char *memory, const char *path)
{
	int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	uint64_t words[512];

	if (file < 0)
		die(path);
	write_file(ring, params, memory, file);
	for (size_t i = 0; i < LENGTH / 8; i++) {
		if (i % 512 == 0 && pread(file, words, sizeof(words),
					  (off_t)i * 8) != sizeof(words))
			die("read");
		if (words[i % 512] == word(i))
			continue;
		printf("byte %zu has changed\n", i * 8);
		return 14;
	}
	printf("%zu bytes were its own\n", LENGTH);
	return 0;
}

int main(int argc, char **argv)
{
	struct io_uring_params params = { 0 };
	uint64_t *words;
	int ring, number;
	sigset_t set;
	pid_t child;

	if (argc != 2) {
		fprintf(stderr, "usage: lease-pin FILE\n");
		return 2;
	}
	words = mmap(NULL, LENGTH, PROT_READ | PROT_WRITE, MAP_SHARED, DEVICE,
		     0);
	if (words == MAP_FAILED)
		die("mmap");
	for (size_t i = 0; i < LENGTH / 8; i++)
		words[i] = word(i);
	ring = new_ring((char *)words, &params);
	munmap(words, LENGTH);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	child = fork();
	if (child < 0)
		die("fork");
	if (child > 0) {
		printf("ready %d\n", child);
		fflush(stdout);
	} else {
		close(DEVICE);
		close(LEASE);
	}
	sigwait(&set, &number);
	return child > 0 ? 0 : check(ring, &params, (char *)words, argv[1]);
}
