/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_DAX_TOOL_COMMON_H
#define TESTS_DAX_TOOL_COMMON_H

#include <stdbool.h>
#include <stddef.h>

#define SMALL 4096UL
#define HUGE (1UL << 30)

/* Says why and ends the program. */
__attribute__((format(printf, 1, 2))) void die(const char *format, ...);

/* Tells of something that is as it should be. */
void ok(const char *what);

/* A line that somebody waits for. */
void say(const char *word);

/* With K, M or G behind it. What is no number ends the program. */
size_t number(const char *text);

/* Whether the driver is held to what only daxbroker's can. */
bool is_strict(void);

/* These end the program where they fail. */
int open_dev(const char *path, int flags);
char *map_at(int fd, size_t length, size_t offset);

#endif
