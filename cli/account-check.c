// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/account-check.h"

#include <ctype.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>

#include "basic/open-below.h"
#include "facts/root.h"
#include "policy/file.h"

/* Of all that a user or a group has. */
#define ENTRY_MAX 65536

/* A directory that does not answer says nothing against the name. */
static bool system_has_user(const char *name)
{
	_cleanup_free_ char *buf = malloc(ENTRY_MAX);
	struct passwd entry, *found = NULL;
	int r = buf ? getpwnam_r(name, &entry, buf, ENTRY_MAX, &found) : ENOMEM;

	return found || (r != 0 && r != ENOENT);
}

static bool system_has_group(const char *name)
{
	_cleanup_free_ char *buf = malloc(ENTRY_MAX);
	struct group entry, *found = NULL;
	int r = buf ? getgrnam_r(name, &entry, buf, ENTRY_MAX, &found) : ENOMEM;

	return found || (r != 0 && r != ENOENT);
}

/* What stands in passwd(5) and group(5) alike: "NAME:..." */
static bool file_has(int root_fd, const char *path, const char *name)
{
	const size_t length = strlen(name);
	_cleanup_fclose_ FILE *file = NULL;
	_cleanup_free_ char *line = NULL;
	size_t size = 0;

	if (root_open_stream(root_fd, path, &file) < 0)
		return true;
	while (getline(&line, &size, file) > 0)
		if (strncmp(line, name, length) == 0 && line[length] == ':')
			return true;
	return false;
}

static const struct kind {
	const char *key;
	const char *what;
	const char *path; /* of a machine that does not run */
	bool (*system_has)(const char *name);
} kinds[] = {
	{ "Owner", "user", "etc/passwd", system_has_user },
	{ "Group", "group", "etc/group", system_has_group },
};

static bool is_there(int root_fd, const struct kind *kind, const char *name)
{
	if (isdigit((unsigned char)*name))
		return true;
	return open_below_is_system(root_fd)
		       ? kind->system_has(name)
		       : file_has(root_fd, kind->path, name);
}

static int check_use(const struct policy_file *file, int root_fd,
		     const struct policy_use *use, const struct kind *kind,
		     struct policy_origin origin)
{
	const struct policy_setting *setting =
		policy_setting_find(POLICY_SECTION_REGION, kind->key);
	char buf[POLICY_VALUE_MAX];
	const char *name = policy_setting_show(setting, use, buf);

	if (!name || !origin.file || is_there(root_fd, kind, name))
		return 0;
	return policy_source_report(
		policy_file_source(file, origin.file), POLICY_WARNING,
		(struct policy_position){ origin.line, origin.column },
		"%s=%s: there is no such %s; until there is, "
		"the device is root's",
		kind->key, name, kind->what);
}

static int check_slices(const struct policy_file *file, int root_fd,
			const struct kind *kind)
{
	const bool own =
		policy_file_assigned(file, POLICY_SECTION_REGION, kind->key);
	int r = 0;

	/* What they have of [Region] is warned of there. */
	for (size_t i = 0; i < file->n_slices && r == 0 && !own; i++) {
		const struct policy_device_section *slice = &file->slices[i];

		r = check_use(file, root_fd, &slice->use, kind,
			      (struct policy_origin){ slice->source,
						      slice->line, 1 });
	}
	return r;
}

static int check_file(const struct policy_file *file, int root_fd,
		      const struct kind *kind)
{
	const struct policy_setting *setting =
		policy_setting_find(POLICY_SECTION_REGION, kind->key);
	int r;

	r = check_use(file, root_fd, &file->use, kind,
		      file->origins[policy_setting_index(setting)]);
	return r < 0 ? r : check_slices(file, root_fd, kind);
}

/* Lists of [Pool], whose names are looked up in these files alone. */
static int check_word(const struct policy_file *file, const char *key,
		      const char *what, const char *word)
{
	const struct policy_origin *origin =
		&file->origins[policy_setting_index(
			policy_setting_find(POLICY_SECTION_POOL, key))];

	return policy_source_report(
		policy_file_source(file, origin->file), POLICY_WARNING,
		(struct policy_position){ origin->line, origin->column },
		"%s=%s: there is no such %s in /etc, so nobody may by this "
		"name; of one elsewhere give the number",
		key, word, what);
}

static int check_list(const struct policy_file *file, int root_fd,
		      const char *key, const struct kind *kind,
		      const char *list)
{
	_cleanup_free_ char *copy = strdup(list ?: "");
	char *rest = NULL;
	int r = copy ? 0 : -ENOMEM;

	for (char *word = copy ? strtok_r(copy, " \t", &rest) : NULL;
	     word && r == 0; word = strtok_r(NULL, " \t", &rest))
		if (!isdigit((unsigned char)*word) &&
		    !file_has(root_fd, kind->path, word))
			r = check_word(file, key, kind->what, word);
	return r;
}

static int check_pool(const struct policy_file *file, int root_fd)
{
	int r = check_list(file, root_fd, "AllowUsers", &kinds[0],
			   file->pool.users);

	return r < 0 ? r
		     : check_list(file, root_fd, "AllowGroups", &kinds[1],
				  file->pool.groups);
}

int account_check(const struct policy_set *set, int root_fd)
{
	int r = 0;

	for (size_t i = 0; i < set->n_files; i++)
		for (size_t k = 0; k < ARRAY_SIZE(kinds) && r == 0; k++)
			r = check_file(set->files[i], root_fd, &kinds[k]);
	for (size_t i = 0; i < set->n_files && r == 0; i++)
		r = check_pool(set->files[i], root_fd);
	return r;
}
