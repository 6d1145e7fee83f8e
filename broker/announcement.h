/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_ANNOUNCEMENT_H
#define BROKER_ANNOUNCEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "survey/node-names.h"

/*
 * Which NodeName= is in force: published as a file (survey/node-names.h), and
 * announced to udev, which asks for it only at an event of the node. A new
 * policy makes none, so one is written for each node whose name is another.
 */
struct announcement {
	struct node_names names;  /* as they are published */
	struct node_names before; /* as they were, until .due */
	uint64_t due;		  /* moved names are announced again then; 0: no
				   * name has moved */
	bool begun;
	bool missing; /* there is no file */
};

void announcement_clear(struct announcement *announcement);

/*
 * Publishes what @survey says, and announces it where it is new. Devices that
 * are kept because a policy file is in error keep their names.
 */
void announcement_make(struct announcement *announcement, int root_fd,
		       const struct survey *survey, uint64_t now);

/* When there is something left to do for announcement_make(), or 0. */
uint64_t announcement_due(const struct announcement *announcement);

#endif
