/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_NOTIFY_H
#define DAEMON_NOTIFY_H

#include <systemd/sd-event.h>

#include "basic/cleanup.h"

/*
 * What the service manager is told, see sd_notify(3). Without one, nothing
 * happens.
 *
 * The watchdog is armed only while there is work: pinging it while idle would
 * wake the machine for nothing, and an idle daemon can hang only in its event
 * loop, which the next event would show. Going idle sets its time to 0, which
 * service managers take as off; going busy sets the unit's time again.
 */
struct notify;

/* Returns 0 and *ret, to be freed with notify_free(); or a negative errno. */
int notify_new(sd_event *event, struct notify **ret);

void notify_free(struct notify *notify);
DEFINE_CLEANUP(struct notify *, notify_free)

/* There is work, or none any more; may be said twice. */
void notify_busy(struct notify *notify);
void notify_idle(struct notify *notify);

/* Ends the start; ends a reload that was told of. */
void notify_ready(struct notify *notify);
void notify_reloading(struct notify *notify);
void notify_stopping(void);

/* STATUS=, a line for `systemctl status`. */
void notify_status(struct notify *notify, const char *text);

/* The same, a little later: it changes often. */
void notify_progress(struct notify *notify, const char *text);

#endif
