/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_SETTING_H
#define ACT_SETTING_H

#include <stdbool.h>

/*
 * A setting of the kernel that is one for the whole machine and says what
 * happens to memory that is hot-plugged. It is held at another value only while
 * one write to a driver takes, or while a driver is loaded. Its former value
 * stands in RUN_DIR meanwhile: the next job after a crash puts it back.
 *
 * Jobs side by side that want the same value hold it together, and the last one
 * puts it back; a job that wants another value waits. So a job that needs
 * several holds them in one order: probe_state, then auto_online_blocks.
 */
struct setting {
	const char *name;      /* the attribute's, and the note's in RUN_DIR */
	const char *attribute; /* its path below the root */
	const char *const *words; /* what it can be; ends with NULL */
};

/* What becomes of memory blocks that are added (Documentation/ABI/testing/
 * sysfs-devices-memory). */
extern const struct setting setting_auto_online;

/* Whether daxbroker's kmem adds a device's memory when it is bound; the in-tree
 * kmem has no such parameter
 * (kmod/Documentation/ABI/testing/sysfs-bus-dax-kmem). */
extern const struct setting setting_probe_state;

/* Whether drivers and devices that are new to the dax bus find each other by
 * themselves (/sys/bus/dax/drivers_autoprobe); writing to bind does so anyway.
 */
extern const struct setting setting_autoprobe;

/* False where the kernel has no such attribute. */
bool setting_exists(int root_fd, const struct setting *setting);

struct setting_hold {
	const struct setting *setting;
	int root_fd;
	const char *held; /* NULL: nothing is held */
	int lock_fd;	  /* shared among those that hold the same value */
};

/*
 * Holds it at @word (one of its words; borrowed), waiting for others that hold
 * it at another. Does nothing where the kernel has no such attribute. Returns
 * 0, with *ret to be handed to setting_release(); or a negative errno and
 * nothing changed.
 */
int setting_hold(int root_fd, const struct setting *setting, const char *word,
		 struct setting_hold *ret);

/* Puts it back, unless others hold it too or somebody else has set it since.
 * Negative errno when that fails. */
int setting_release(struct setting_hold *hold);

/* Puts back what holders left behind that were killed, of all settings that
 * nobody holds now. 0: nothing was to be done, 1: something was put back;
 * negative errno. */
int setting_recover(int root_fd);

#endif
