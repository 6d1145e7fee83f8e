/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BASIC_NAMES_H
#define BASIC_NAMES_H

/* Every well-known string that more than one part, or the outside, relies on.
 */

/* D-Bus: docs/org.daxbroker1.5.in */
#define BUS_NAME "org.daxbroker1"
#define BUS_PATH "/org/daxbroker1"
#define BUS_INTERFACE "org.daxbroker1.Manager"
#define BUS_DEVICE_INTERFACE "org.daxbroker1.Device"
#define BUS_JOB_INTERFACE "org.daxbroker1.Job"
#define BUS_NODE_INTERFACE "org.daxbroker1.Node"
#define BUS_REGION_INTERFACE "org.daxbroker1.Region"
#define BUS_POOL_INTERFACE "org.daxbroker1.Pool"
#define BUS_LEASE_INTERFACE "org.daxbroker1.Lease"
#define BUS_ERROR_UNAVAILABLE "org.daxbroker1.Error.Unavailable"
#define POLKIT_ACTION_APPLY "org.daxbroker1.apply"
#define POLKIT_ACTION_CANCEL "org.daxbroker1.cancel"
#define POLKIT_ACTION_OVERRIDE "org.daxbroker1.override"
#define POLKIT_ACTION_LEASE "org.daxbroker1.lease"
#define POLKIT_ACTION_RECLAIM "org.daxbroker1.reclaim"
/* What the descriptors of a lease are called (sd_listen_fds_with_names(3)). */
#define LEASE_FD_DEVICE "daxbroker-device"
#define LEASE_FD_LEASE "daxbroker-lease"

/* Policy directories below the root, highest precedence first. */
#define POLICY_DIR_ETC "etc/daxbroker"
#define POLICY_DIR_RUN "run/daxbroker"
#define POLICY_DIR_USR "usr/lib/daxbroker"
#define POLICY_SUFFIX ".region"
#define POLICY_CONF "daxbroker.conf"
#define POLICY_OVERRIDES "overrides" /* what people said: policy/override.h */
#define POLICY_GRANTS "grants"	     /* what leases have: policy/grant.h */

/* Run-time state. */
#define RUN_DIR "/run/daxbroker"
#define RUN_DIR_DECIDED "decided" /* there: what is in force, for udev */
#define RUN_PLUGGED "plugged"	  /* in it: where memory of devices is online */
#define RUN_NODES "nodes"	  /* in it: the NodeName= in force */
#define RUN_LEASES "leases"	  /* in it: a FIFO for each lease, by its id */

/* Device nodes of leases, by their ids. */
#define DEV_LEASES "/dev/daxbroker/leases"

/* Of udev's properties that rules get from `daxbroker udev`. */
#define UDEV_PREFIX "DAXBROKER_"

/* The kernel's driver names; libdaxctl takes the mode of a device from them. */
#define DRIVER_DEVICE_DAX "device_dax"
#define DRIVER_KMEM "kmem"
#define DRIVER_FSDEV "fsdev_dax" /* for file systems, since Linux 7.2 */

/* Stable ids of what an admin may search the journal for (journalctl
 * MESSAGE_ID=...); docs/daxbrokerd.8 explains each. */
#define MESSAGE_ID_SWITCHED "6f1c6a3e3f0c4f64b4c8f5d9f2a6e101"
#define MESSAGE_ID_REFUSED "6f1c6a3e3f0c4f64b4c8f5d9f2a6e102"
#define MESSAGE_ID_FAILED "6f1c6a3e3f0c4f64b4c8f5d9f2a6e103"
#define MESSAGE_ID_POLICY_ERROR "6f1c6a3e3f0c4f64b4c8f5d9f2a6e104"
#define MESSAGE_ID_SETTLED "6f1c6a3e3f0c4f64b4c8f5d9f2a6e105"
#define MESSAGE_ID_CONTENDED "6f1c6a3e3f0c4f64b4c8f5d9f2a6e106"
#define MESSAGE_ID_CUT_OFF "6f1c6a3e3f0c4f64b4c8f5d9f2a6e107"
#define MESSAGE_ID_RESTORED "6f1c6a3e3f0c4f64b4c8f5d9f2a6e108"
#define MESSAGE_ID_BYSTANDER "6f1c6a3e3f0c4f64b4c8f5d9f2a6e109"
#define MESSAGE_ID_STRANDED "6f1c6a3e3f0c4f64b4c8f5d9f2a6e10a"
#define MESSAGE_ID_OVERRIDE "6f1c6a3e3f0c4f64b4c8f5d9f2a6e120"
#define MESSAGE_ID_LEASE_BEGUN "6f1c6a3e3f0c4f64b4c8f5d9f2a6e130"
#define MESSAGE_ID_LEASE_ENDED "6f1c6a3e3f0c4f64b4c8f5d9f2a6e131"
#define MESSAGE_ID_LEASE_TAKEN "6f1c6a3e3f0c4f64b4c8f5d9f2a6e132"
#define MESSAGE_ID_LEASE_POISONED "6f1c6a3e3f0c4f64b4c8f5d9f2a6e133"

#endif
