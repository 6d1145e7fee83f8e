/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_USE_H
#define POLICY_USE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/setting-row.h"
#include "policy/values.h"

/* A name has fewer characters than this. */
#define POLICY_NAME_MAX 64

/*
 * What a policy says that a device is to be: a plain value, copied whole from
 * the file, or from one of its slices, to the decision. Each member is a
 * setting of [Region], and of [Device] where the slices of a region can differ
 * in it. All zero is the default of each.
 */
struct policy_use {
	enum policy_mode mode;
	enum policy_zone zone;
	enum policy_one_way one_way;
	enum policy_memmap memmap_on_memory;
	enum policy_present present;
	uint32_t persistent; /* policy/persistent.h */
	enum policy_on_busy on_busy;
	uint64_t busy_timeout; /* ms; see policy_use_patience() */
	enum policy_exclusive exclusive;
	enum policy_fork fork_inheritance;
	char node_name[POLICY_NAME_MAX];   /* "": none */
	char device_name[POLICY_NAME_MAX]; /* "": none */
	char owner[POLICY_NAME_MAX];	   /* of /dev/daxX.Y; "": root */
	char group[POLICY_NAME_MAX];
	unsigned int permissions; /* octal; 0: the default */
	enum policy_clear clear;  /* no setting: of the memory of a lease */
};

#define POLICY_FOREVER UINT64_MAX

/* A name, or NULL where there is none. */
static inline const char *policy_use_name(const char name[POLICY_NAME_MAX])
{
	return *name ? name : NULL;
}

/* Letters, digits, '_', '.' and '-', the first a letter, and not too many. */
bool policy_use_is_name(const char *name);

/* How long to wait for users of the device to leave: ms, or POLICY_FOREVER;
 * 0: not at all. */
uint64_t policy_use_patience(const struct policy_use *use);

/* Puts the node's number in the place of %n in names; -1: there is none. */
void policy_use_expand(struct policy_use *use, int node);

/*
 * Parsers of the settings table; setting->offset is that of the member in
 * @target. An empty value sets the default again. They return 0; -EINVAL and
 * in *ret_message, to be freed, what is wrong; or -ENOMEM.
 */
int policy_use_parse_choice(const struct policy_setting *setting,
			    const char *value, void *target,
			    char **ret_message);
int policy_use_parse_name(const struct policy_setting *setting,
			  const char *value, void *target, char **ret_message);
/* A name that may have %n in it. */
int policy_use_parse_pattern(const struct policy_setting *setting,
			     const char *value, void *target,
			     char **ret_message);
int policy_use_parse_timeout(const struct policy_setting *setting,
			     const char *value, void *target,
			     char **ret_message);

/* "5min 30s", in ms, or POLICY_FOREVER for "infinity". 0 or -EINVAL. */
int policy_use_parse_time(const char *text, uint64_t *ret);

/* The way back, for setting->show. */
const char *policy_use_show_choice(const struct policy_setting *setting,
				   const void *target,
				   char buf[POLICY_VALUE_MAX]);
const char *policy_use_show_name(const struct policy_setting *setting,
				 const void *target,
				 char buf[POLICY_VALUE_MAX]);
const char *policy_use_show_timeout(const struct policy_setting *setting,
				    const void *target,
				    char buf[POLICY_VALUE_MAX]);

#endif
