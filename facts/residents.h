/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_RESIDENTS_H
#define FACTS_RESIDENTS_H

#include "facts/usage-reader.h"

/* The processes with memory of the device; its blocks and the suspects are
 * read by now. 0, -ENOMEM, or the error of opening proc. */
int residents_read(struct usage_reader *reader);

#endif
