// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/set-text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/names.h"
#include "basic/text.h"
#include "policy/file-check.h"
#include "policy/loader.h"
#include "policy/parser.h"

struct policy_set *policy_set_text_new(void)
{
	_cleanup_policy_set_ struct policy_set *set = calloc(1, sizeof(*set));

	if (!set)
		return NULL;
	set->conf = policy_file_new(POLICY_KIND_CONF,
				    "/" POLICY_DIR_ETC "/" POLICY_CONF);
	return set->conf ? TAKE_PTR(set) : NULL;
}

static bool is_called(const char *path, size_t length, const char *name)
{
	const size_t n = strlen(name);

	return length >= n && memcmp(path + length - n, name, n) == 0 &&
	       (length == n || path[length - n - 1] == '/');
}

static bool is_conf(const char *name, size_t directory)
{
	return is_called(name, strlen(name), POLICY_CONF) ||
	       is_called(name, directory, POLICY_CONF POLICY_DROPIN_DIR_SUFFIX);
}

static bool is_dropin(const char *name, size_t directory)
{
	const size_t n = strlen(POLICY_DROPIN_DIR_SUFFIX);

	return directory > n &&
	       memcmp(name + directory - n, POLICY_DROPIN_DIR_SUFFIX, n) == 0;
}

/* A drop-in is no whole. */
static int read_text(struct policy_file *file, bool dropin, const char *text,
		     size_t size)
{
	int r = policy_parser_parse(file, file->sources[0], text, size);

	return r == 0 && !dropin ? policy_file_check(file) : r;
}

int policy_set_text_add(struct policy_set *set, const char *name,
			const char *text, size_t size)
{
	const char *slash = strrchr(name, '/');
	const size_t directory = slash ? (size_t)(slash - name) : 0;
	_cleanup_policy_file_ struct policy_file *file =
		policy_file_new(is_conf(name, directory) ? POLICY_KIND_CONF
							 : POLICY_KIND_REGION,
				name);
	int r;

	if (!file)
		return -ENOMEM;
	r = read_text(file, is_dropin(name, directory), text, size);
	if (r == 0)
		r = policy_set_add_file(set, file);
	if (r == 0)
		TAKE_PTR(file);
	return r;
}
