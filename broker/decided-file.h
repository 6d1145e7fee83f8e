/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_DECIDED_FILE_H
#define BROKER_DECIDED_FILE_H

#include "survey/survey.h"

/*
 * What is in force, for udev's rules: RUN_DIR/decided says of each device what
 * the last pass decided. Without it `daxbroker udev` would follow files that
 * nobody has had the daemon read.
 */
struct decided_file {
	char *text; /* as written last, or NULL */
};

void decided_file_clear(struct decided_file *file);

/* Writes it where it is another than before; says so where it cannot. */
void decided_file_update(struct decided_file *file, int root_fd,
			 const struct survey *survey);

#endif
