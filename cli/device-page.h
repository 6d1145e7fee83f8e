/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_DEVICE_PAGE_H
#define CLI_DEVICE_PAGE_H

#include <json.h>
#include <stdbool.h>

#include "plan/plan.h"

/* The members of @object for a person, a line each. */
void device_page_print_members(json_object *object, bool bytes);

/*
 * Everything about a device for a person: what it is in a line, then the
 * members of @object under their own keys, of which those that belong together
 * stand together. @bytes: sizes as numbers.
 */
void device_page_print(const struct plan_item *item, json_object *object,
		       bool bytes);

#endif
