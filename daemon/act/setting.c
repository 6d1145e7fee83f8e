// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/act/setting.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/cleanup.h"
#include "basic/names.h"
#include "daemon/act/write.h"
#include "daemon/facts/root.h"

/* Relative to the root. */
static const char run_dir[] = RUN_DIR;

const struct setting setting_auto_online = {
	.name = "auto-online-blocks",
	.attribute = "sys/devices/system/memory/auto_online_blocks",
	.words = (const char *const[]){ "offline", "online", "online_kernel",
					"online_movable", NULL },
};

const struct setting setting_probe_state = {
	.name = "probe-state",
	.attribute = "sys/module/" DRIVER_KMEM "/parameters/probe_state",
	.words = (const char *const[]){ "default", "unplugged", NULL },
};

static const struct setting *const settings[] = {
	&setting_auto_online,
	&setting_probe_state,
};

static bool is_word(const struct setting *setting, const char *text)
{
	for (size_t i = 0; setting->words[i]; i++)
		if (strcmp(text, setting->words[i]) == 0)
			return true;
	return false;
}

/* The file that says what it was; PATH_MAX is room for any. */
static const char *note_path(const struct setting *setting, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/%s", &run_dir[1], setting->name);
	return path;
}

static int save(int root_fd, const struct setting *setting, const char *word)
{
	_cleanup_close_ int fd = -1;
	char path[PATH_MAX];

	if (mkdirat(root_fd, &run_dir[1], 0755) < 0 && errno != EEXIST)
		return -errno;
	fd = openat(root_fd, note_path(setting, path),
		    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
		    0600);
	if (fd < 0)
		return -errno;
	if (write(fd, word, strlen(word)) != (ssize_t)strlen(word))
		return -EIO;
	return 0;
}

static void forget(int root_fd, const struct setting *setting)
{
	char path[PATH_MAX];

	unlinkat(root_fd, note_path(setting, path), 0);
}

bool setting_exists(int root_fd, const struct setting *setting)
{
	return faccessat(root_fd, setting->attribute, F_OK, 0) == 0;
}

int setting_hold(int root_fd, const struct setting *setting, const char *word,
		 struct setting_hold *ret)
{
	_cleanup_free_ char *before = NULL;
	int r;

	*ret = (struct setting_hold){ .setting = setting, .root_fd = root_fd };
	r = root_read_line(root_fd, setting->attribute, &before);
	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return r;
	if (strcmp(before, word) == 0)
		return 0;
	if (!is_word(setting, before))
		return -EINVAL;
	r = save(root_fd, setting, before);
	if (r < 0)
		return r;
	r = act_write(root_fd, word, "%s", setting->attribute);
	if (r < 0) {
		forget(root_fd, setting);
		return r;
	}
	ret->held = word;
	ret->before = TAKE_PTR(before);
	return 0;
}

int setting_release(struct setting_hold *hold)
{
	const char *attribute = hold->setting->attribute;
	_cleanup_free_ char *before = TAKE_PTR(hold->before);
	_cleanup_free_ char *now = NULL;
	int r;

	if (!hold->held)
		return 0;
	r = root_read_line(hold->root_fd, attribute, &now);
	if (r >= 0 && strcmp(now, hold->held) == 0)
		r = act_write(hold->root_fd, before, "%s", attribute);
	hold->held = NULL;
	if (r < 0)
		return r;
	forget(hold->root_fd, hold->setting);
	return 0;
}

static int recover_one(int root_fd, const struct setting *setting)
{
	_cleanup_free_ char *before = NULL;
	char path[PATH_MAX];
	int r;

	r = root_read_line(root_fd, note_path(setting, path), &before);
	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return r;
	/* An empty file: killed before anything was changed. Without the
	 * attribute there is nothing to put back: the module is gone. */
	if (is_word(setting, before)) {
		r = act_write(root_fd, before, "%s", setting->attribute);
		if (r < 0 && r != -ENOENT)
			return r;
	}
	forget(root_fd, setting);
	return 1;
}

int setting_recover(int root_fd)
{
	int r, result = 0;

	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		r = recover_one(root_fd, settings[i]);
		if (r < 0)
			return r;
		result |= r;
	}
	return result;
}
