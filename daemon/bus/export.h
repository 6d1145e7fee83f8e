/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_BUS_EXPORT_H
#define DAEMON_BUS_EXPORT_H

#include "daemon/bus/exported.h"

/*
 * Which objects of a kind there are. What is new, gone or another than before
 * is signalled, and nothing else. Items are borrowed until they are removed or
 * others are put, unless the export keeps copies.
 */

/* Has @connection answer for them. 0 or a negative errno. */
int export_connect(struct export *export, sd_bus *connection);

/* Until the next export_connect() nothing is signalled. */
void export_disconnect(struct export *export);

void export_clear(struct export *export);

/* Those that are put between these two are all that there are. Of two with one
 * @id the first counts. Without memory, all stays as it was. */
void export_begin(struct export *export);
void export_put(struct export *export, const char *id, const void *item);
void export_end(struct export *export);

/* One more; has changed; is gone: nothing where it is not there. */
void export_add(struct export *export, const char *id, const void *item);
void export_update(struct export *export, const char *id);
/* It has changed, and export_flush() signals that, of all. */
void export_touch(struct export *export, const char *id);
void export_flush(struct export *export);
/* As export_update(); it is @item now. */
void export_replace(struct export *export, const char *id, const void *item);
void export_remove(struct export *export, const char *id);

/* NULL: nobody hears a signal. */
sd_bus *export_connection(const struct export *export);

/* NULL: there is none. */
const struct exported *export_find(const struct export *export,
				   const char *path);

#endif
