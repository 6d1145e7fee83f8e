/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MEDIA_SIGNATURE_H
#define MEDIA_SIGNATURE_H

#include <stddef.h>

/* What is known by the first bytes of memory, and libblkid does not know:
 * "pmdk-obj", "pmdk-log", "pmdk-blk", "famfs", and the info blocks of
 * namespaces, "pfn-info", "dax-info" and "btt-info". NULL: none of it. @n may
 * be any. */
#define SIGNATURE_SIZE 8192
const char *signature_find(const unsigned char *bytes, size_t n);

#endif
