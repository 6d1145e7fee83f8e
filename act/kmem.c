// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/kmem.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "act/binding.h"
#include "act/driver.h"
#include "act/setting.h"
#include "act/write.h"
#include "basic/names.h"
#include "basic/parse.h"
#include "basic/text.h"
#include "basic/udev-queue.h"
#include "facts/root.h"

#define DEVICES "sys/bus/dax/devices"
#define UNPLUGGED "unplugged"

/* A line of one of kmem's attributes; -ENOENT: this kmem has none such. */
static int read_attribute(struct act_work *work, const char *name, char **ret)
{
	_cleanup_free_ char *path =
		text_format(DEVICES "/%s/%s", work->device, name);

	return path ? root_read_line(work->root_fd, path, ret) : -ENOMEM;
}

static int read_state(struct act_work *work, char **ret)
{
	int r = read_attribute(work, "state", ret);

	if (r < 0 && r != -ENOENT)
		return work_fail_named(work, r, ACT_CAUSE_READ, "state", NULL);
	return r;
}

static int write_state(struct act_work *work, const char *word)
{
	return act_write(work->root_fd, word, DEVICES "/%s/state",
			 work->device);
}

/* The value of KEY= in a line of words; NULL: none. */
static char *value_of(const char *line, const char *key)
{
	size_t length = strlen(key);

	for (; *line; line += strcspn(line, " ")) {
		line += strspn(line, " ");
		if (strncmp(line, key, length) == 0 && line[length] == '=')
			return strndup(line + length + 1,
				       strcspn(line + length + 1, " "));
	}
	return NULL;
}

/* Sets work->blocks.failed to the block that kmem names. False: it names none.
 */
static bool find_blocker(struct act_work *work, const char *last_error)
{
	_cleanup_free_ char *block = value_of(last_error, "block");

	return block && strncmp(block, "memory", strlen("memory")) == 0 &&
	       parse_u64(block + strlen("memory"), &work->blocks.failed) == 0;
}

/* With what kmem's last_error says of it. */
static int fail_state(struct act_work *work, int error, enum act_cause cause)
{
	_cleanup_free_ char *last = NULL;

	if (read_attribute(work, "last_error", &last) < 0)
		return work_fail(work, error, cause);
	if (work->failure.cause == ACT_CAUSE_NONE)
		ACT_FAILURE_SET(work->failure.words, last);
	return find_blocker(work, last) ? work_fail_block(work, error, cause)
					: work_fail(work, error, cause);
}

static int hold(struct act_work *work, const struct setting *setting,
		const char *word, struct setting_hold *ret)
{
	int r;

	r = setting_hold(work->root_fd, setting, word, ret);
	if (r < 0)
		return work_fail_named(work, r, ACT_CAUSE_HOLD, setting->name,
				       word);
	return 0;
}

static int release(struct act_work *work, struct setting_hold *held)
{
	int r;

	r = setting_release(held);
	if (r < 0)
		return work_fail_named(work, r, ACT_CAUSE_PUT_BACK,
				       held->setting->name, NULL);
	return 0;
}

/* Binds with both settings held; @online NULL: auto_online_blocks as it is. */
static int bind_held(struct act_work *work, const char *probe,
		     const char *online)
{
	struct setting_hold held_probe, held_online;
	int r, released;

	r = hold(work, &setting_probe_state, probe, &held_probe);
	if (r < 0)
		return r;
	if (online) {
		r = hold(work, &setting_auto_online, online, &held_online);
		if (r < 0)
			goto out;
	}
	r = driver_bind(work, DRIVER_KMEM);
	if (online) {
		released = release(work, &held_online);
		r = r < 0 ? r : released;
	}
out:
	released = release(work, &held_probe);
	return r < 0 ? r : released;
}

/*
 * The memory is brought online in its zone by the kernel itself, before anybody
 * else sees it: neither a rule that onlines what is offline nor the kernel's
 * own default comes first. Once a block was in a kernel zone for a moment,
 * memory of the kernel may sit in it that cannot be moved any more.
 */
int kmem_bind(struct act_work *work, enum policy_zone zone)
{
	bool has_state = setting_exists(work->root_fd, &setting_probe_state);
	int r;

	r = bind_held(work, UNPLUGGED,
		      has_state || zone == POLICY_ZONE_AUTO
			      ? NULL
			      : blocks_online_word(zone));
	return r < 0 ? r : kmem_plug(work, zone);
}

/* 1; 0 too with a kmem that has no `state`; negative errno. */
static int is_unplugged(struct act_work *work)
{
	_cleanup_free_ char *state = NULL;
	int r;

	r = read_state(work, &state);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	return strcmp(state, UNPLUGGED) == 0;
}

int kmem_plug(struct act_work *work, enum policy_zone zone)
{
	int r;

	r = is_unplugged(work);
	if (r <= 0)
		return r;
	r = write_state(work, blocks_online_word(zone));
	return r < 0 ? fail_state(work, r, ACT_CAUSE_ONLINE) : 0;
}

/* Takes all offline that was left behind. The bind would remove the memory of
 * one former device even if it fails for that of another. */
static int make_room(struct act_work *work)
{
	int r;

	r = blocks_offline(&work->blocks, POLICY_ZONE_AUTO);
	if (r == 0 && blocks_any_online(&work->blocks))
		r = -EBUSY;
	if (r == 0)
		return 0;
	return work_fail_block(work, r, ACT_CAUSE_LEFT_BEHIND);
}

/* A device takes memory over only if its former device had the very same
 * ranges. Other memory in its ranges is in the way until it is offline. */
int kmem_adopt(struct act_work *work)
{
	int r;

	r = bind_held(work, UNPLUGGED, NULL);
	if (r == -EBUSY && blocks_any_online(&work->blocks)) {
		/* The second try decides. */
		work_take_failure(work, r);
		r = make_room(work);
		if (r == 0)
			r = bind_held(work, UNPLUGGED, NULL);
	}
	if (r == -EBUSY && !blocks_any_online(&work->blocks)) {
		/* It was not the device's own memory. */
		work_take_failure(work, r);
		return work_fail(work, r, ACT_CAUSE_LEFT_BEYOND);
	}
	return r;
}

/* The in-tree kmem loses a range until reboot when it is unbound while a block
 * of it is online. Udev rules may react to a block that goes offline, and
 * online it again. So this waits for them, and takes offline again what they
 * brought online. */
static int offline_again(struct act_work *work)
{
	int r;

	udev_queue_wait(work->root_fd);
	if (!blocks_any_online(&work->blocks))
		return 0;
	r = blocks_offline(&work->blocks, POLICY_ZONE_AUTO);
	udev_queue_wait(work->root_fd);
	if (r == 0 && blocks_any_online(&work->blocks))
		r = -EXDEV;
	if (r < 0)
		return work_fail_block(work, r, ACT_CAUSE_WENT_ONLINE);
	return 0;
}

static int take_out(struct act_work *work)
{
	_cleanup_free_ char *state = NULL;
	int r;

	r = read_state(work, &state);
	if (r == -ENOENT)
		return offline_again(work);
	if (r < 0)
		return r;
	r = write_state(work, UNPLUGGED);
	return r < 0 ? fail_state(work, r, ACT_CAUSE_OFFLINE) : 0;
}

int kmem_unbind(struct act_work *work)
{
	int r;

	r = binding_is(work->root_fd, work->device, DRIVER_KMEM);
	if (r > 0)
		r = take_out(work);
	if (r >= 0)
		r = driver_unbind(work, DRIVER_KMEM);
	if (r < 0)
		return r;
	if (blocks_any_present(&work->blocks))
		return work_fail_block(work, -EBUSY, ACT_CAUSE_STILL_THERE);
	return 0;
}

static int put_blocks_back(struct act_work *work)
{
	int r = blocks_undo_offline(&work->blocks);

	return r < 0 ? work_fail_block(work, r, ACT_CAUSE_ONLINE) : 0;
}

int kmem_bind_again(struct act_work *work)
{
	bool plugged = blocks_any_before(&work->blocks);
	int r;

	/* Only a bind adds memory and leaves it offline. */
	r = plugged ? is_unplugged(work) : 0;
	if (r > 0)
		r = driver_unbind(work, DRIVER_KMEM);
	if (r >= 0)
		r = bind_held(work, plugged ? "default" : UNPLUGGED, "offline");
	if (r < 0)
		return r;
	return put_blocks_back(work);
}

/* The unbind removes what is offline, so what is there goes online first. What
 * the bind removed comes back as memory of this device: all of it, and only
 * what was online before is online again. */
int kmem_disown(struct act_work *work)
{
	int r;

	r = blocks_undo_offline(&work->blocks);
	if (r == -ENOENT)
		r = kmem_bind_again(work);
	else if (r < 0)
		work_fail_block(work, r, ACT_CAUSE_ONLINE);
	return r < 0 ? r : driver_unbind(work, DRIVER_KMEM);
}
