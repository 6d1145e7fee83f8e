/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_OVERRIDE_TEXT_H
#define CLI_OVERRIDE_TEXT_H

#include <json.h>

#include "policy/override.h"

/* "user 1000 until 2026-11-27 12:00:00"; to be freed. NULL: out of memory. */
char *override_text(const struct policy_override *override);

/* The same for JSON; NULL: there is none. */
json_object *override_text_json(const struct policy_override *override);

#endif
