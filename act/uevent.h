/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_UEVENT_H
#define ACT_UEVENT_H

#include <stdint.h>

/*
 * Asks udev to process a NUMA node again, by a synthetic "change" uevent
 * (Documentation/ABI/testing/sysfs-uevent): a node gets no event of its own
 * when its memory comes online, so its systemd device unit would never become
 * ready. Returns 0; -ENOENT: there is no such node (any more); or the error of
 * the write.
 */
int uevent_announce_node(int root_fd, int node);

/* The same of a dax device ("dax0.0"), whose names and permissions are udev's.
 */
int uevent_announce_device(int root_fd, const char *device);

/*
 * The number of the last uevent that the kernel sent
 * (sys/kernel/uevent_seqnum): events up to it are about what a snapshot read
 * afterwards shows. 0: unknown.
 */
uint64_t uevent_last(int root_fd);

#endif
