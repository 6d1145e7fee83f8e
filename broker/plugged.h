/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_PLUGGED_H
#define BROKER_PLUGGED_H

#include "facts/model/model.h"

/*
 * Where memory of devices is online, in the file RUN_PLUGGED: once a device is
 * gone, nothing else tells a process without CAP_SYS_ADMIN which memory was its
 * own. facts/stray.c reads it.
 */
struct plugged {
	char *text; /* as it was written last, or NULL */
};

void plugged_clear(struct plugged *plugged);

/* Writes what @snapshot shows, if it is another than before. */
void plugged_update(struct plugged *plugged, int root_fd,
		    const struct facts_snapshot *snapshot);

#endif
