/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_STRAY_TEXT_H
#define CLI_STRAY_TEXT_H

#include <stdbool.h>

#include "facts/model/model.h"

/* Memory whose device is gone, where devices are listed. */

/* What stands for it in the column of this name of `daxbroker list`, to be
 * freed; NULL: nothing. @bytes: sizes as numbers. */
char *stray_text_column(const struct facts_snapshot *snapshot,
			const struct facts_stray *stray, const char *column,
			bool bytes);

/* A sentence about it, to be freed; NULL: out of memory. */
char *stray_text_describe(const struct facts_snapshot *snapshot,
			  const struct facts_stray *stray);

#endif
