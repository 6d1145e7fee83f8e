/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBROKER_H
#define DAXBROKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Memory of its own for a program, as a device-DAX device that nobody else has:
 * libdaxbroker(3). All sizes and offsets are in bytes, all times in
 * microseconds.
 *
 * Functions return 0 or more, or a negative errno; outputs are as they were
 * then. What takes @ret_error (NULL: not wanted) puts a sentence for people
 * there, to be freed with free(3), or NULL; on success always NULL.
 *
 * One thread at a time may use an object; different objects may be used at the
 * same time. The library starts no threads and changes no signal handlers.
 */

#ifdef __cplusplus
extern "C" {
#endif

struct daxbroker_request;
struct daxbroker_lease;

/* What limits nothing: of a time. */
#define DAXBROKER_FOREVER UINT64_MAX

/*
 * What is asked for: so many bytes of a pool. The setters copy what they are
 * given, and return -EINVAL for what makes no sense. The daemon rounds the size
 * up to the pool's granule.
 */
int daxbroker_request_new(const char *pool, uint64_t size,
			  struct daxbroker_request **ret);
void daxbroker_request_free(struct daxbroker_request *request);
/* The page size of the mappings, a power of two; 0, the default: the
 * region's. */
int daxbroker_request_set_align(struct daxbroker_request *request,
				uint64_t align);
/* The NUMA node that the memory is to be on; -1, the default: any. */
int daxbroker_request_set_node(struct daxbroker_request *request, int node);
/* For people, and for daxbroker_lease_restore(). */
int daxbroker_request_set_name(struct daxbroker_request *request,
			       const char *name);
/* How long it may wait until the memory is free; 0, the default: not at all. A
 * request that waits outlives the daemon: the next one is asked again. */
int daxbroker_request_set_wait(struct daxbroker_request *request,
			       uint64_t usec);
/* The memory must be zero, even where it has this user's own bytes. */
int daxbroker_request_set_zero(struct daxbroker_request *request, bool zero);
/* The memory may be wanted back: see DAXBROKER_EVENT_RECLAIM. */
int daxbroker_request_set_revocable(struct daxbroker_request *request,
				    bool revocable);
/* For a program that insists on a path: the device has a node of its own,
 * daxbroker_lease_get_path(). Its descriptor is O_PATH then, and
 * daxbroker_lease_map() fails with -EBADF. -EOPNOTSUPP of daxbroker_acquire():
 * the kernel's driver allows no path. */
int daxbroker_request_set_path(struct daxbroker_request *request, bool path);
/* How long daxbroker_acquire() may take in all; DAXBROKER_FOREVER, the default:
 * no limit. To take memory out of the system may be a matter of minutes. */
int daxbroker_request_set_timeout(struct daxbroker_request *request,
				  uint64_t usec);

/*
 * Asks for it, and blocks until it is there. The lease lives as long as a copy
 * of its descriptor is open or its device has users; the kernel closes both
 * when the process ends.
 */
int daxbroker_acquire(const struct daxbroker_request *request,
		      struct daxbroker_lease **ret, char **ret_error);

/* The lease that "daxbroker lease run" has started this program with. Once. */
int daxbroker_lease_from_environment(struct daxbroker_lease **ret,
				     char **ret_error);

/* Ends the lease: unmaps it, takes it out of the descriptor store, closes the
 * descriptors and has the daemon end what others have of it. Frees @lease,
 * whatever is returned. */
int daxbroker_lease_release(struct daxbroker_lease *lease);
/* The same, but the lease goes on where copies of the descriptors are: in the
 * descriptor store, or in another process. */
void daxbroker_lease_free(struct daxbroker_lease *lease);

/* Texts and descriptors belong to @lease. */
const char *daxbroker_lease_get_id(const struct daxbroker_lease *lease);
/* "": it has none */
const char *daxbroker_lease_get_name(const struct daxbroker_lease *lease);
uint64_t daxbroker_lease_get_size(const struct daxbroker_lease *lease);
uint64_t daxbroker_lease_get_align(const struct daxbroker_lease *lease);
/* -1: unknown */
int daxbroker_lease_get_node(const struct daxbroker_lease *lease);
/* 32 hexadecimal digits: as long as they are the same, the bytes are those that
 * were written. */
const char *
daxbroker_lease_get_incarnation(const struct daxbroker_lease *lease);
/* "/dev/daxbroker/leases/ID", which this user alone may open, once at a time;
 * "": it was not asked for with a path */
const char *daxbroker_lease_get_path(const struct daxbroker_lease *lease);
int daxbroker_lease_get_device_fd(const struct daxbroker_lease *lease);
int daxbroker_lease_get_lease_fd(const struct daxbroker_lease *lease);

/* Of daxbroker_lease_map(). */
#define DAXBROKER_MAP_READ_ONLY 1u
#define DAXBROKER_MAP_INHERIT 2u /* children of fork(2) have it, too */

/*
 * Maps @length bytes from @offset on, shared, at an address of the lease's
 * alignment; both are multiples of it. @length 0: all from @offset on. It is
 * mapped until daxbroker_lease_unmap() or the end of @lease.
 */
int daxbroker_lease_map(struct daxbroker_lease *lease, uint64_t offset,
			uint64_t length, unsigned int flags, void **ret);
/* @address is what daxbroker_lease_map() returned. */
int daxbroker_lease_unmap(struct daxbroker_lease *lease, void *address);

enum daxbroker_event_type {
	/* The memory is wanted back by @deadline: save what is of worth, and
	 * call daxbroker_lease_release(). Again where the deadline changes. */
	DAXBROKER_EVENT_RECLAIM = 1,
	/* The memory at @offset of the lease, @length bytes, has failed: who
	 * touches it gets SIGBUS. */
	DAXBROKER_EVENT_POISONED = 2,
	/* Somebody has ended the lease. The memory stays mapped until it is
	 * unmapped; nothing else keeps it. */
	DAXBROKER_EVENT_GONE = 3,
};

struct daxbroker_event {
	uint32_t type; /* enum daxbroker_event_type; ignore what is unknown */
	uint32_t reserved0;
	uint64_t deadline; /* CLOCK_REALTIME */
	uint64_t offset, length;
	uint64_t reserved[4];
};

/* To be polled for POLLIN; then daxbroker_lease_process() is to be called. */
int daxbroker_lease_get_event_fd(const struct daxbroker_lease *lease);
/* 1 and *ret; or 0: nothing more happens before the descriptor says so. Does
 * not block. A bus or a daemon that is gone is no error: it may come back. */
int daxbroker_lease_process(struct daxbroker_lease *lease,
			    struct daxbroker_event *ret);

/* Has systemd keep copies of the descriptors for the next start of this service
 * (FileDescriptorStoreMax= of 2 or more). */
int daxbroker_lease_store(struct daxbroker_lease *lease);
int daxbroker_lease_unstore(struct daxbroker_lease *lease);
/* The lease with this name (NULL: the only one) that systemd has kept. It stays
 * in the store. -ENOENT: there is none. */
int daxbroker_lease_restore(const char *name, struct daxbroker_lease **ret,
			    char **ret_error);

#ifdef __cplusplus
}
#endif

#endif
