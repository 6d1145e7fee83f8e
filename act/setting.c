// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/setting.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "act/lock.h"
#include "act/write.h"
#include "basic/cleanup.h"
#include "basic/names.h"
#include "basic/run-dir.h"
#include "facts/root.h"

/* How often another job may come between. */
#define ROUNDS 64

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

const struct setting setting_autoprobe = {
	.name = "drivers-autoprobe",
	.attribute = "sys/bus/dax/drivers_autoprobe",
	.words = (const char *const[]){ "0", "1", NULL },
};

static const struct setting *const settings[] = {
	&setting_autoprobe,
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

/* The file of its name says what it was. */
static int save(int root_fd, const struct setting *setting, const char *word)
{
	_cleanup_close_ int fd = run_dir_open_file(
		root_fd, setting->name, O_WRONLY | O_CREAT | O_TRUNC);

	if (fd < 0)
		return fd;
	if (write(fd, word, strlen(word)) != (ssize_t)strlen(word))
		return -EIO;
	return 0;
}

bool setting_exists(int root_fd, const struct setting *setting)
{
	return root_exists(root_fd, setting->attribute);
}

static const char run_dir[] = RUN_DIR;

/* Its value before anybody held it; NULL: nobody does. */
static int read_note(int root_fd, const struct setting *setting, char **ret)
{
	char path[PATH_MAX];
	int r;

	*ret = NULL;
	snprintf(path, sizeof(path), "%s/%s", &run_dir[1], setting->name);
	r = root_read_line(root_fd, path, ret);
	return r == -ENOENT ? 0 : r;
}

/* Nobody else holds it. A note that is there was left by a holder that was
 * killed, or that has not put the value back yet. */
static int change(int root_fd, const struct setting *setting, const char *word)
{
	_cleanup_free_ char *now = NULL, *before = NULL;
	int r;

	r = root_read_line(root_fd, setting->attribute, &now);
	if (r == 0)
		r = read_note(root_fd, setting, &before);
	if (r < 0)
		return r;
	if (!is_word(setting, now))
		return -EINVAL;
	if (!before || !is_word(setting, before)) {
		r = save(root_fd, setting, now);
		if (r < 0)
			return r;
	}
	r = act_write(root_fd, word, "%s", setting->attribute);
	if (r < 0 && !before)
		run_dir_remove(root_fd, setting->name);
	return r;
}

static int is_at(int root_fd, const struct setting *setting, const char *word)
{
	_cleanup_free_ char *now = NULL;
	int r;

	r = root_read_line(root_fd, setting->attribute, &now);
	return r < 0 ? r : strcmp(now, word) == 0;
}

/* Takes the lock as a shared one, with the setting at @word. Changing the kind
 * of a lock lets it go for a moment, so another job may come between. */
static int settle(int fd, int root_fd, const struct setting *setting,
		  const char *word)
{
	int r;

	for (int round = 0; round < ROUNDS; round++) {
		r = lock_take(fd, LOCK_SH);
		if (r == 0)
			r = is_at(root_fd, setting, word);
		if (r != 0)
			return r < 0 ? r : 0;
		r = lock_take(fd, LOCK_EX);
		if (r == 0)
			r = change(root_fd, setting, word);
		if (r < 0)
			return r;
	}
	return -EBUSY;
}

int setting_hold(int root_fd, const struct setting *setting, const char *word,
		 struct setting_hold *ret)
{
	_cleanup_close_ int fd = -1;
	int r;

	*ret = (struct setting_hold){ .setting = setting,
				      .root_fd = root_fd,
				      .lock_fd = -1 };
	if (!setting_exists(root_fd, setting))
		return 0;
	fd = lock_open(root_fd, setting->name);
	if (fd < 0)
		return fd;
	r = settle(fd, root_fd, setting, word);
	if (r < 0)
		return r;
	ret->held = word;
	ret->lock_fd = TAKE_FD(fd);
	return 0;
}

int setting_release(struct setting_hold *hold)
{
	const struct setting *setting = hold->setting;
	_cleanup_close_ int fd = TAKE_FD(hold->lock_fd);
	_cleanup_free_ char *before = NULL;
	int r;

	if (!hold->held)
		return 0;
	if (lock_take(fd, LOCK_EX | LOCK_NB) < 0)
		return 0; /* held by others: the last of them puts it back */
	r = read_note(hold->root_fd, setting, &before);
	if (r < 0 || !before)
		return r;
	r = is_at(hold->root_fd, setting, hold->held);
	if (r > 0)
		r = act_write(hold->root_fd, before, "%s", setting->attribute);
	if (r < 0)
		return r;
	run_dir_remove(hold->root_fd, setting->name);
	return 0;
}

static int recover_one(int root_fd, const struct setting *setting)
{
	_cleanup_free_ char *before = NULL;
	_cleanup_close_ int fd = -1;
	int r;

	r = read_note(root_fd, setting, &before);
	if (r < 0 || !before)
		return r;
	fd = lock_open(root_fd, setting->name);
	if (fd < 0)
		return fd;
	if (lock_take(fd, LOCK_EX | LOCK_NB) < 0)
		return 0; /* by one that is alive */
	/* An empty file: the holder was killed before it changed anything.
	 * Without the attribute the module is gone, and nothing is to be put
	 * back. */
	if (is_word(setting, before)) {
		r = act_write(root_fd, before, "%s", setting->attribute);
		if (r < 0 && r != -ENOENT)
			return r;
	}
	run_dir_remove(root_fd, setting->name);
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
