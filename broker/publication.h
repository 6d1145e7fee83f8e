/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_PUBLICATION_H
#define BROKER_PUBLICATION_H

#include "survey/survey.h"

/*
 * What is in force, for udev's rules: RUN_DIR/decided says of each device what
 * the last pass decided. Without it `daxbroker udev` would follow files that
 * nobody has had the daemon read.
 */
struct publication {
	char *text; /* as written last, or NULL */
};

void publication_clear(struct publication *publication);

/* Writes it where it is another than before; says so where it cannot. */
void publication_update(struct publication *publication, int root_fd,
			const struct survey *survey);

#endif
