/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_POLICY_NAME_H
#define CLI_POLICY_NAME_H

#include "cli/verb.h"
#include "policy/file.h"
#include "policy/set.h"

/* Policy files as the command line names them. */

/*
 * The file of @set that @word means: "20-a", "20-a.region", a path,
 * daxbroker.conf, or a device for the file that decides it. Returns EXIT_OK and
 * *ret, or the status to exit with after saying why.
 */
enum exit_code policy_name_find(const struct arguments *arguments,
				const struct policy_set *set, const char *word,
				const struct policy_file **ret);

/* The same without a word when there is none. */
const struct policy_file *policy_name_file(const struct policy_set *set,
					   const char *word);

/* "20-a.region" of any word for it, in the caller's buffer; NULL: it cannot be
 * the name of a policy file. */
#define POLICY_NAME_SIZE 256
char *policy_name_base(const char *word, char buf[POLICY_NAME_SIZE]);

/* The word means a device. */
bool policy_name_is_device(const char *word);

#endif
