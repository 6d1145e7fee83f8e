// SPDX-License-Identifier: GPL-2.0-or-later
#include "media/mount-table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/array.h"
#include "basic/text.h"
#include "facts/root.h"

#define MOUNTINFO "proc/self/mountinfo"

static void mount_done(struct mount *mount)
{
	free(mount->where);
	free(mount->type);
	free(mount->source);
	free(mount->options);
}

void mount_table_done(struct mount_table *table)
{
	for (size_t i = 0; i < table->n_mounts; i++)
		mount_done(&table->mounts[i]);
	free(table->mounts);
}

static bool is_octal(const char *text)
{
	return text[0] >= '0' && text[0] <= '3' && text[1] >= '0' &&
	       text[1] <= '7' && text[2] >= '0' && text[2] <= '7';
}

/* The kernel writes blanks and backslashes as \040. */
static char *unescape(const char *word)
{
	char *text = strdup(word), *to = text;

	if (!text)
		return NULL;
	for (const char *from = text; *from; to++) {
		if (*from == '\\' && is_octal(from + 1)) {
			*to = (char)((from[1] - '0') << 6 |
				     (from[2] - '0') << 3 | (from[3] - '0'));
			from += 4;
		} else {
			*to = *from++;
		}
	}
	*to = '\0';
	return text;
}

/* The words of a line before and behind " - ". */
struct words {
	char *before[6];
	char *behind[3];
};

static bool split(char *line, struct words *words)
{
	char *rest = strstr(line, " - "), *state = NULL;
	size_t n = 0;

	if (!rest)
		return false;
	*rest = '\0';
	rest += 3;
	for (char *word = strtok_r(line, " ", &state); word && n < 6;
	     word = strtok_r(NULL, " ", &state))
		words->before[n++] = word;
	if (n < 6)
		return false;
	n = 0;
	for (char *word = strtok_r(rest, " \n", &state); word && n < 3;
	     word = strtok_r(NULL, " \n", &state))
		words->behind[n++] = word;
	return n == 3;
}

static int add(struct mount_table *table, char *line)
{
	struct mount mount = { 0 };
	struct words words;

	if (!split(line, &words) ||
	    sscanf(words.before[2], "%u:%u", &mount.major, &mount.minor) != 2)
		return 0;
	if (ARRAY_GROW(table->mounts, table->n_mounts) < 0)
		return -ENOMEM;
	mount.where = unescape(words.before[4]);
	mount.type = unescape(words.behind[0]);
	mount.source = unescape(words.behind[1]);
	mount.options = unescape(words.behind[2]);
	table->mounts[table->n_mounts++] = mount;
	return mount.where && mount.type && mount.source && mount.options
		       ? 0
		       : -ENOMEM;
}

int mount_table_read(int root_fd, struct mount_table *ret)
{
	_cleanup_mount_table_ struct mount_table table = { 0 };
	_cleanup_fclose_ FILE *file = NULL;
	_cleanup_free_ char *line = NULL;
	size_t room = 0;
	int r;

	r = root_open_stream(root_fd, MOUNTINFO, &file);
	if (r < 0 && r != -ENOENT)
		return r;
	while (file && r >= 0 && getline(&line, &room, file) > 0)
		r = add(&table, line);
	if (file && (r < 0 || ferror(file)))
		return r < 0 ? r : -EIO;
	*ret = table;
	table = (struct mount_table){ 0 };
	return 0;
}

/* The value of the option "@name", "" where it has none, of @length bytes;
 * NULL: it is not among them. */
static const char *find_option(const char *options, const char *name,
			       size_t *ret_length)
{
	const size_t n = strlen(name);

	for (const char *option = options; *option;) {
		const size_t length = strcspn(option, ",");

		if (length >= n && strncmp(option, name, n) == 0 &&
		    (length == n || option[n] == '=')) {
			*ret_length = length == n ? 0 : length - n - 1;
			return length == n ? option + n : option + n + 1;
		}
		option += length + (option[length] == ',');
	}
	return NULL;
}

/* Those that can map files directly without being asked to. */
static bool decides_by_inode(const struct mount *mount)
{
	return strcmp(mount->type, "ext4") == 0 ||
	       strcmp(mount->type, "xfs") == 0;
}

enum media_dax mount_table_dax(const struct mount *mount, bool capable)
{
	size_t length;
	const char *value = find_option(mount->options, "dax", &length);

	if (!value)
		return capable && decides_by_inode(mount) ? MEDIA_DAX_INODE
							  : MEDIA_DAX_NEVER;
	/* "dax" alone is the older form. */
	if (length == 0)
		return MEDIA_DAX_ALWAYS;
	for (enum media_dax dax = MEDIA_DAX_NEVER; dax <= MEDIA_DAX_ALWAYS;
	     dax++) {
		const char *name = media_dax_name(dax);

		if (strlen(name) == length && strncmp(value, name, length) == 0)
			return dax;
	}
	return MEDIA_DAX_UNKNOWN;
}
