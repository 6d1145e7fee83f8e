/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_FILE_CHECK_H
#define POLICY_FILE_CHECK_H

#include "policy/file.h"

/* Checks of the file and its drop-ins as a whole, once all are parsed. Returns
 * 0 or -ENOMEM. */
int policy_file_check(struct policy_file *file);

#endif
