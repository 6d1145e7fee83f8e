/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_SHAPE_H
#define ACT_SHAPE_H

#include "act/work.h"

/* The steps that lay out a region: PLAN_DESTROY, PLAN_RESIZE and PLAN_CREATE.
 * The devices have no driver. The content stays, but nobody knows any more
 * whose it is. */
int shape_take_destroy(struct act_work *work, const struct plan_step *step);
int shape_undo_destroy(struct act_work *work, const struct plan_step *step);
int shape_take_resize(struct act_work *work, const struct plan_step *step);
int shape_undo_resize(struct act_work *work, const struct plan_step *step);
int shape_take_create(struct act_work *work, const struct plan_step *step);
int shape_undo_create(struct act_work *work, const struct plan_step *step);

/* Finds the device of the plan's region that has the memory of @shape. Returns
 * 0 and *ret, to be freed (NULL: none has it, or @shape has none); or a
 * negative errno with the failure remembered in @work. */
int shape_find(struct act_work *work, const struct plan_shape *shape,
	       char **ret);

#endif
