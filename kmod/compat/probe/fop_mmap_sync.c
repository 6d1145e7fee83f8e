// SPDX-License-Identifier: GPL-2.0-only
/* A driver says with a flag that it can MAP_SYNC (since 6.12). */
#include <linux/fs.h>

extern const struct file_operations probe;
const struct file_operations probe = { .fop_flags = FOP_MMAP_SYNC };
