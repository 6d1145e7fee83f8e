/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_FILE_H
#define POLICY_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/condition.h"
#include "policy/device-section.h"
#include "policy/limit.h"
#include "policy/pool.h"
#include "policy/settings.h"
#include "policy/source.h"

/* One policy file with its drop-ins: what it matches and what it says. */
struct policy_file {
	struct policy_source **sources; /* [0] the file, then its drop-ins */
	size_t n_sources;
	struct policy_condition *conditions; /* in order of appearance */
	size_t n_conditions;
	size_t sharpest; /* of these, the one that most devices differ in; made
			  * by policy_file_check() */
	enum policy_kind kind;
	struct policy_use use;		      /* [Region] */
	struct policy_device_section *slices; /* [Device] sections */
	size_t n_slices;
	struct policy_pool pool; /* [Pool] */
	struct policy_limits limits;
	struct policy_mask assigned; /* of [Region] and [Limits] */
	struct policy_origin origins[POLICY_SETTINGS_MAX]; /* of these, where
							    * the last stands */
	bool has_match; /* there is a [Match] header */
	bool uncertain; /* something that could not be read may belong to
			 * [Match]: no condition is reliable */
};

/* @name as an admin names it. Returns NULL when out of memory. */
struct policy_file *policy_file_new(enum policy_kind kind, const char *name);
void policy_file_free(struct policy_file *file);
DEFINE_CLEANUP(struct policy_file *, policy_file_free)
#define _cleanup_policy_file_ _cleanup_(cleanup_policy_file_free)

const char *policy_file_name(const struct policy_file *file);

/* Adds a drop-in to its sources, in *ret, which the file owns. Returns 0 or
 * -ENOMEM. */
int policy_file_add_source(struct policy_file *file, const char *name,
			   struct policy_source **ret);

/* Removes the source that was added last, of which nothing was read. */
void policy_file_drop_source(struct policy_file *file);

/* Adds a slice that begins at @line of @source. NULL: out of memory. */
struct policy_device_section *policy_file_add_slice(struct policy_file *file,
						    const char *source,
						    unsigned int line);

/* Whether it is about a region as a whole: it says what devices are in it. */
bool policy_file_lays_out(const struct policy_file *file);

/* Whether a setting of [Region] or [Limits] is assigned. */
bool policy_file_assigned(const struct policy_file *file, const char *section,
			  const char *key);

/* The source of this name. */
struct policy_source *policy_file_source(const struct policy_file *file,
					 const char *name);

/* The condition of @setting; made when there is none, then without values and
 * naming @source and @line. NULL: out of memory. */
struct policy_condition *
policy_file_condition(struct policy_file *file,
		      const struct policy_setting *setting, const char *source,
		      unsigned int line);

/* An existing condition, or NULL. */
struct policy_condition *
policy_file_find_condition(const struct policy_file *file,
			   const struct policy_setting *setting);

/* The first error of the file or its drop-ins, or NULL. */
const struct policy_diagnostic *
policy_file_error(const struct policy_file *file);

/* What could not be read may have said anything: @source gets an error, "it
 * @fault", and @file fits no device and passes none over. Returns 0 or -ENOMEM.
 */
int policy_file_report_fault(struct policy_file *file,
			     struct policy_source *source, const char *fault);

#endif
