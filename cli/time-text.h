/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_TIME_TEXT_H
#define CLI_TIME_TEXT_H

#include <stdint.h>

/* Times for people, to be freed; NULL: out of memory. */

/* "2026-11-27 09:40:12" of us since 1970, by the local clock; 0: "". */
char *time_text_date(uint64_t usec);

/* "09:40:12" */
char *time_text_clock(uint64_t usec);

/* "0.3s", "42s", "5min 3s", "2h 10min" */
char *time_text_span(uint64_t usec);

#endif
