/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_ANNOUNCE_H
#define ACT_ANNOUNCE_H

#include <stdint.h>

/*
 * Asks udev to look at a NUMA node again, by a synthetic "change" uevent
 * (Documentation/ABI/testing/sysfs-uevent): a node gets no event of its own
 * when its memory comes online, so its systemd device unit would never become
 * ready. Returns 0; -ENOENT: there is no such node (any more); or the error of
 * the write.
 */
int announce_node(int root_fd, int node);

/*
 * The number of the last uevent that the kernel sent
 * (sys/kernel/uevent_seqnum): events up to it tell of what a snapshot read
 * afterwards shows. 0: unknown.
 */
uint64_t announce_last_uevent(int root_fd);

#endif
