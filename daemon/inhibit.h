/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_INHIBIT_H
#define DAEMON_INHIBIT_H

#include <systemd/sd-bus.h>

/*
 * Has logind delay a suspend or shutdown while a job runs, as long as it grants
 * (InhibitDelayMaxSec=, 5 s by default). As good as it goes: without logind, or
 * after that time, the job is suspended in the middle and goes on when the
 * machine wakes up.
 */
struct inhibit;

/* NULL: out of memory. */
struct inhibit *inhibit_new(void);

void inhibit_free(struct inhibit *inhibit);

/* Asks for it, if that was not done; @bus NULL: nobody is there to be asked. */
void inhibit_take(struct inhibit *inhibit, sd_bus *bus);

void inhibit_release(struct inhibit *inhibit);

#endif
