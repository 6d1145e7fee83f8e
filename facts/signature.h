/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_SIGNATURE_H
#define FACTS_SIGNATURE_H

#include <stdint.h>

#include "basic/content-kind.h"

/*
 * What memory of @size bytes holds, by the signatures in its first and last 256
 * KiB, which are read of @fd: CONTENT_AMBIGUOUS where there are several,
 * CONTENT_OTHER where there is none. Returns 0 and *ret or a negative errno.
 */
int signature_find(int fd, uint64_t size, enum content_kind *ret);

#endif
