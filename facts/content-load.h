/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_CONTENT_LOAD_H
#define FACTS_CONTENT_LOAD_H

#include "facts/model/model.h"

/*
 * Sets the content of the devices for which @wanted is true, or, if it is NULL,
 * of all; of those that stay CONTENT_UNKNOWN, content_why. They are read by a
 * process of its own: what memory that is slow, has failed or was written by
 * somebody else does to it, it does to nobody else. All of them have
 * CONTENT_LOAD_MS by the clock.
 */
#define CONTENT_LOAD_MS 3000
void content_load(int root_fd, struct facts_snapshot *snapshot,
		  const bool *wanted);

#endif
