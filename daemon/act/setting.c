// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/act/auto-online.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/cleanup.h"
#include "basic/names.h"
#include "daemon/act/write.h"
#include "daemon/facts/root.h"

#define ATTRIBUTE "sys/devices/system/memory/auto_online_blocks"

/* Relative to the root. */
static const char run_dir[] = RUN_DIR;
static const char saved_file[] = RUN_DIR "/auto-online-blocks";

static bool is_word(const char *text)
{
	static const char *const words[] = { "offline", "online",
					     "online_kernel",
					     "online_movable" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcmp(text, words[i]) == 0)
			return true;
	return false;
}

static int save(int root_fd, const char *word)
{
	_cleanup_close_ int fd = -1;

	if (mkdirat(root_fd, &run_dir[1], 0755) < 0 && errno != EEXIST)
		return -errno;
	fd = openat(root_fd, &saved_file[1],
		    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
		    0600);
	if (fd < 0)
		return -errno;
	if (write(fd, word, strlen(word)) != (ssize_t)strlen(word))
		return -EIO;
	return 0;
}

static void forget(int root_fd)
{
	unlinkat(root_fd, &saved_file[1], 0);
}

int auto_online_hold(int root_fd, const char *word, struct auto_online *ret)
{
	_cleanup_free_ char *before = NULL;
	int r;

	*ret = (struct auto_online){ .root_fd = root_fd };
	r = root_read_line(root_fd, ATTRIBUTE, &before);
	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return r;
	if (strcmp(before, word) == 0)
		return 0;
	if (!is_word(before))
		return -EINVAL;
	r = save(root_fd, before);
	if (r < 0)
		return r;
	r = act_write(root_fd, word, ATTRIBUTE);
	if (r < 0) {
		forget(root_fd);
		return r;
	}
	ret->held = word;
	ret->before = TAKE_PTR(before);
	return 0;
}

int auto_online_release(struct auto_online *hold)
{
	_cleanup_free_ char *before = TAKE_PTR(hold->before);
	_cleanup_free_ char *now = NULL;
	int r;

	if (!hold->held)
		return 0;
	r = root_read_line(hold->root_fd, ATTRIBUTE, &now);
	if (r >= 0 && strcmp(now, hold->held) == 0)
		r = act_write(hold->root_fd, before, ATTRIBUTE);
	hold->held = NULL;
	if (r < 0)
		return r;
	forget(hold->root_fd);
	return 0;
}

int auto_online_recover(int root_fd)
{
	_cleanup_free_ char *before = NULL;
	int r;

	r = root_read_line(root_fd, &saved_file[1], &before);
	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return r;
	/* An empty file: killed before anything was changed. */
	r = is_word(before) ? act_write(root_fd, before, ATTRIBUTE) : 0;
	if (r < 0)
		return r;
	forget(root_fd);
	return 1;
}
