/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_AUTO_ONLINE_H
#define ACT_AUTO_ONLINE_H

/*
 * The kernel's auto_online_blocks (Documentation/ABI/testing/
 * sysfs-devices-memory): what happens to memory that is hot-plugged. It is one
 * setting for the whole machine, so it is held at another value only for as
 * long as one write to a driver takes, and what it was before stands in
 * RUN_DIR meanwhile: whoever comes after a crash puts it back.
 */
struct auto_online {
	int root_fd;
	const char *held; /* NULL: nothing is held */
	char *before;
};

/*
 * Holds it at @word ("offline", "online_movable", ...; borrowed). Does nothing
 * where it is that already or the kernel has no such attribute. Returns 0, with
 * *ret to be handed to auto_online_release(); or a negative errno and nothing
 * changed.
 */
int auto_online_hold(int root_fd, const char *word, struct auto_online *ret);

/* Puts it back, unless somebody else has set it since. Negative errno when that
 * fails. */
int auto_online_release(struct auto_online *hold);

/* Puts back what a holder left behind that was killed. 0: nothing was to be
 * done, 1: it was put back; negative errno. */
int auto_online_recover(int root_fd);

#endif
