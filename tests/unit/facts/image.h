/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_UNIT_FACTS_IMAGE_H
#define TESTS_UNIT_FACTS_IMAGE_H

#include <stdint.h>

/* What programs write: tests/fixtures/content/make. Each asserts. */

/* Writes the image @name to @fd, which gets its size, returned. */
uint64_t image_write(const char *name, int fd);

/* Calls @use with the name of each image; returns how many there are. */
unsigned int image_each(void (*use)(const char *name));

#endif
