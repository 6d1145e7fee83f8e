/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_KERNEL_H
#define FACTS_KERNEL_H

#include "facts/reader.h"

/* Fills the snapshot's kernel. */
void kernel_read(struct facts_reader *reader);
void kernel_release(struct facts_kernel *kernel);

#endif
