/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_PAGER_H
#define CLI_PAGER_H

#include <stdbool.h>

/*
 * Has a pager show standard output, if that is a terminal: $DAXBROKER_PAGER,
 * $SYSTEMD_PAGER, $PAGER or less(1), as systemd's programs do. Who works with
 * rights that are not those of the login gets less(1) alone, in its secure
 * mode, which starts nothing and opens no other file.
 */
void pager_open(void);

/* Waits until the person has read it; what was printed must be flushed. */
void pager_close(void);

bool pager_is_open(void);

#endif
