// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "basic/names.h"
#include "policy/parser.h"
#include "policy/policy.h"
#include "policy/set.h"
#include "policy/syntax/entries.h"
#include "policy/syntax/trusted.h"

#define DROPIN_DIR_SUFFIX ".d"
#define DROPIN_SUFFIX ".conf"

#define _cleanup_entries_ _cleanup_(policy_entries_done)

/* Highest precedence first. */
static const char *const directories[] = {
	POLICY_DIR_ETC,
	POLICY_DIR_RUN,
	POLICY_DIR_USR,
};

/* Where the files are read. */
struct place {
	int root_fd;
	unsigned int trusted_uid;
	bool faulty[ARRAY_SIZE(directories)]; /* told about: look no further */
};

/* A path below the root as an admin names it; NULL: out of memory. */
static char *admin_name(const char *path)
{
	char *name;

	return asprintf(&name, "/%s", path) < 0 ? NULL : name;
}

/* What could not be looked into may have said anything: @source is in error
 * and @file fits no device and passes none over. */
static int tell_fault(struct policy_file *file, struct policy_source *source,
		      const char *fault)
{
	file->uncertain = true;
	return policy_source_tell(source, POLICY_ERROR, POLICY_WHOLE_FILE,
				  "it %s", fault);
}

/* Returns 1 when it was read or told about, 0 when there is nothing to read. */
static int load_source(const struct place *place, const char *path,
		       struct policy_file *file, struct policy_source *source)
{
	_cleanup_free_ char *text = NULL, *fault = NULL;
	size_t size = 0;
	int r;

	r = trusted_read(place->root_fd, path, place->trusted_uid,
			 POLICY_FILE_SIZE_MAX, &text, &size, &fault);
	if (r == -EINVAL)
		r = tell_fault(file, source, fault);
	else if (r > 0)
		r = policy_parser_parse(file, source, text, size);
	else
		return r;
	return r < 0 ? r : 1;
}

static int add_source(struct policy_file *file, const char *path,
		      struct policy_source **ret)
{
	_cleanup_free_ char *name = admin_name(path);

	if (!name)
		return -ENOMEM;
	return policy_file_add_source(file, name, ret);
}

static int add_dropin_directory(const struct place *place, const char *path,
				struct policy_file *file,
				struct policy_entries *dropins)
{
	_cleanup_free_ char *fault = NULL;
	struct policy_source *source;
	int r;

	r = policy_entries_add(dropins, place->root_fd, path, DROPIN_SUFFIX,
			       place->trusted_uid, &fault);
	if (r != -EINVAL)
		return r;
	r = add_source(file, path, &source);
	if (r < 0)
		return r;
	return tell_fault(file, source, fault);
}

static int load_dropins(const struct place *place, const char *name,
			struct policy_file *file)
{
	_cleanup_entries_ struct policy_entries dropins = { NULL };
	struct policy_source *source;
	int r;

	for (size_t i = 0; i < ARRAY_SIZE(directories); i++) {
		_cleanup_free_ char *path = NULL;

		if (place->faulty[i])
			continue;
		if (asprintf(&path, "%s/%s" DROPIN_DIR_SUFFIX, directories[i],
			     name) < 0)
			return -ENOMEM;
		r = add_dropin_directory(place, path, file, &dropins);
		if (r < 0)
			return r;
	}
	policy_entries_sort(&dropins);
	for (size_t i = 0; i < dropins.n_items; i++) {
		r = add_source(file, dropins.items[i].path, &source);
		if (r < 0)
			return r;
		r = load_source(place, dropins.items[i].path, file, source);
		if (r < 0)
			return r;
		if (r == 0) /* a mask */
			policy_file_drop_source(file);
	}
	return 0;
}

static int load_file(const struct place *place,
		     const struct policy_entry *entry, struct policy_set *set)
{
	_cleanup_free_ char *name = admin_name(entry->path);
	_cleanup_policy_file_ struct policy_file *file = NULL;
	int r;

	if (!name)
		return -ENOMEM;
	file = policy_file_new(POLICY_KIND_REGION, name);
	if (!file)
		return -ENOMEM;
	r = load_source(place, entry->path, file, file->sources[0]);
	if (r <= 0) /* a mask */
		return r;
	r = load_dropins(place, entry->name, file);
	if (r < 0)
		return r;
	r = policy_file_check(file);
	if (r < 0)
		return r;
	r = policy_set_add_file(set, file);
	if (r < 0)
		return r;
	TAKE_PTR(file);
	return 0;
}

/* A directory that cannot be looked into may hold a file of any name, so it
 * stands before all others. */
static int add_faulty_directory(struct policy_set *set, const char *path,
				const char *fault)
{
	_cleanup_free_ char *name = admin_name(path);
	_cleanup_policy_file_ struct policy_file *file = NULL;
	int r;

	if (!name)
		return -ENOMEM;
	file = policy_file_new(POLICY_KIND_REGION, name);
	if (!file)
		return -ENOMEM;
	r = tell_fault(file, file->sources[0], fault);
	if (r < 0)
		return r;
	r = policy_set_add_file(set, file);
	if (r < 0)
		return r;
	TAKE_PTR(file);
	return 0;
}

static int find_files(struct place *place, struct policy_set *set,
		      struct policy_entries *files)
{
	for (size_t i = 0; i < ARRAY_SIZE(directories); i++) {
		_cleanup_free_ char *fault = NULL;
		int r;

		r = policy_entries_add(files, place->root_fd, directories[i],
				       POLICY_SUFFIX, place->trusted_uid,
				       &fault);
		place->faulty[i] = r == -EINVAL;
		if (place->faulty[i])
			r = add_faulty_directory(set, directories[i], fault);
		if (r < 0)
			return r;
	}
	policy_entries_sort(files);
	return 0;
}

static int add_stray(struct policy_set *set, const char *path)
{
	_cleanup_free_ char *name = admin_name(path);
	_cleanup_policy_source_ struct policy_source *stray = NULL;
	int r;

	if (!name)
		return -ENOMEM;
	stray = policy_source_new(name);
	if (!stray)
		return -ENOMEM;
	r = policy_source_tell(stray, POLICY_WARNING, POLICY_WHOLE_FILE,
			       "there is no file of this name without "
			       "\"" DROPIN_DIR_SUFFIX "\", so nothing in here "
			       "is used");
	if (r < 0)
		return r;
	r = policy_set_add_stray(set, stray);
	if (r < 0)
		return r;
	TAKE_PTR(stray);
	return 0;
}

/* Tells about drop-ins of a file that does not exist. */
static int find_strays(const struct place *place, struct policy_set *set,
		       const struct policy_entries *files)
{
	const char suffix[] = POLICY_SUFFIX DROPIN_DIR_SUFFIX;
	_cleanup_entries_ struct policy_entries found = { NULL };

	for (size_t i = 0; i < ARRAY_SIZE(directories); i++) {
		_cleanup_free_ char *fault = NULL;
		int r;

		if (place->faulty[i])
			continue;
		r = policy_entries_add(&found, place->root_fd, directories[i],
				       suffix, place->trusted_uid, &fault);
		if (r < 0 && r != -EINVAL) /* that was readable just now */
			return r;
	}
	policy_entries_sort(&found);
	for (size_t i = 0; i < found.n_items; i++) {
		_cleanup_free_ char *name = strdup(found.items[i].name);
		int r;

		if (!name)
			return -ENOMEM;
		name[strlen(name) - strlen(DROPIN_DIR_SUFFIX)] = '\0';
		if (policy_entries_have(files, name))
			continue;
		r = add_stray(set, found.items[i].path);
		if (r < 0)
			return r;
	}
	return 0;
}

/* The first of the directories' daxbroker.conf that is there. A directory that
 * cannot be looked into may have one that forbids something. */
static int load_conf_file(const struct place *place, struct policy_file *conf)
{
	for (size_t i = 0; i < ARRAY_SIZE(directories); i++) {
		struct policy_source *source = conf->sources[0];
		_cleanup_free_ char *path = NULL, *name = NULL;
		int r;

		if (asprintf(&path, "%s/" POLICY_CONF, directories[i]) < 0)
			return -ENOMEM;
		name = admin_name(path);
		if (!name)
			return -ENOMEM;
		free(source->name);
		source->name = TAKE_PTR(name);
		if (place->faulty[i])
			return asprintf(&conf->limits.fault,
					"%s: its directory cannot be used",
					source->name) < 0
				       ? -ENOMEM
				       : 0;
		if (!trusted_exists(place->root_fd, path))
			continue;
		r = load_source(place, path, conf, source);
		return r < 0 ? r : 0;
	}
	return 0;
}

static int load_conf(const struct place *place, struct policy_set *set)
{
	int r;

	set->conf = policy_file_new(POLICY_KIND_CONF,
				    "/" POLICY_DIR_ETC "/" POLICY_CONF);
	if (!set->conf)
		return -ENOMEM;
	r = load_conf_file(place, set->conf);
	if (r >= 0)
		r = load_dropins(place, POLICY_CONF, set->conf);
	if (r >= 0)
		r = policy_file_check(set->conf);
	return r;
}

int policy_load(int root_fd, unsigned int trusted_uid, struct policy_set **ret)
{
	struct place place = {
		.root_fd = root_fd,
		.trusted_uid = trusted_uid,
	};
	_cleanup_entries_ struct policy_entries files = { NULL };
	_cleanup_policy_set_ struct policy_set *set = calloc(1, sizeof(*set));
	int r;

	if (!set)
		return -ENOMEM;
	r = find_files(&place, set, &files);
	if (r < 0)
		return r;
	for (size_t i = 0; i < files.n_items; i++) {
		r = load_file(&place, &files.items[i], set);
		if (r < 0)
			return r;
	}
	r = load_conf(&place, set);
	if (r < 0)
		return r;
	r = find_strays(&place, set, &files);
	if (r < 0)
		return r;
	r = policy_set_finish(set);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(set);
	return 0;
}
