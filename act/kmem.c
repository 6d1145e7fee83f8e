// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/kmem.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "act/binding.h"
#include "act/explain.h"
#include "act/module.h"
#include "act/setting.h"
#include "act/write.h"
#include "basic/names.h"
#include "basic/parse.h"
#include "basic/udev-queue.h"
#include "facts/root.h"

#define DEVICES "sys/bus/dax/devices"
#define UNPLUGGED "unplugged"

/* A line of one of kmem's attributes; -ENOENT: this kmem has none such. */
static int read_attribute(struct act_run *run, const char *name, char **ret)
{
	_cleanup_free_ char *path = NULL;

	if (asprintf(&path, DEVICES "/%s/%s", run->device, name) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	return root_read_line(run->root_fd, path, ret);
}

static int read_state(struct act_run *run, char **ret)
{
	int r = read_attribute(run, "state", ret);

	if (r < 0 && r != -ENOENT)
		act_explain(run, r, "the state of %s cannot be read: %s",
			    run->device, strerror(-r));
	return r;
}

static int write_state(struct act_run *run, const char *word)
{
	return act_write(run->root_fd, word, DEVICES "/%s/state", run->device);
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

/* True with the block that kmem says it stumbled over in run->blocks.failed. */
static bool find_blocker(struct act_run *run, const char *last_error)
{
	_cleanup_free_ char *block = value_of(last_error, "block");

	return block && strncmp(block, "memory", strlen("memory")) == 0 &&
	       parse_u64(block + strlen("memory"), &run->blocks.failed) == 0;
}

/* What kmem's last_error says, as a sentence. */
static int explain_failure(struct act_run *run, int error, const char *what)
{
	_cleanup_free_ char *last = NULL, *kind = NULL, *pfn = NULL;
	char advice[256] = "";

	if (read_attribute(run, "last_error", &last) < 0)
		return act_explain(run, error, "%s of %s %s: %s", "the memory",
				   run->device, what, strerror(-error));
	kind = value_of(last, "kind");
	pfn = value_of(last, "pfn");
	if (kind && pfn)
		snprintf(advice, sizeof(advice),
			 "; something in it cannot be moved (%s, page frame "
			 "%s): free it, then run daxbroker apply",
			 kind, pfn);
	if (find_blocker(run, last))
		return act_explain_block(run, error, what, advice);
	return act_explain(run, error, "the memory of %s %s: %s (%s)",
			   run->device, what, strerror(-error), last);
}

static int hold(struct act_run *run, const struct setting *setting,
		const char *word, struct setting_hold *ret)
{
	int r;

	r = setting_hold(run->root_fd, setting, word, ret);
	if (r < 0)
		return act_explain(run, r, "%s cannot be held at %s: %s",
				   setting->name, word, strerror(-r));
	return 0;
}

static int release(struct act_run *run, struct setting_hold *held)
{
	int r;

	r = setting_release(held);
	if (r < 0)
		return act_explain(run, r, "%s cannot be put back: %s",
				   held->setting->name, strerror(-r));
	return 0;
}

int kmem_load(struct act_run *run)
{
	struct setting_hold held;
	int r, released;

	/*
	 * A driver that is new to the bus takes all devices that wait for it,
	 * from Linux 6.8 on all soft-reserved and CXL ones for kmem. Each is
	 * to be bound by its own step, with its memory online where that was
	 * decided; those without a policy by daxbroker-kmem.service.
	 */
	r = hold(run, &setting_autoprobe, "0", &held);
	if (r < 0)
		return r;
	r = module_load(DRIVER_KMEM);
	released = release(run, &held);
	return r < 0 ? r : released;
}

/* Binds with both settings held; @online NULL: auto_online_blocks as it is. */
static int bind_held(struct act_run *run, const char *probe, const char *online)
{
	struct setting_hold held_probe, held_online;
	int r, released;

	r = hold(run, &setting_probe_state, probe, &held_probe);
	if (r < 0)
		return r;
	if (online) {
		r = hold(run, &setting_auto_online, online, &held_online);
		if (r < 0)
			goto out;
	}
	r = act_bind(run, DRIVER_KMEM);
	if (online) {
		released = release(run, &held_online);
		r = r < 0 ? r : released;
	}
out:
	released = release(run, &held_probe);
	return r < 0 ? r : released;
}

/*
 * The memory is brought online in its zone by the kernel itself, before anybody
 * else sees it: neither a rule that onlines what is offline nor the kernel's
 * own default comes first. Once a block was in a kernel zone for a moment,
 * memory of the kernel may sit in it that cannot be moved any more.
 */
int kmem_bind(struct act_run *run, enum policy_zone zone)
{
	bool ours = setting_exists(run->root_fd, &setting_probe_state);
	int r;

	r = bind_held(run, UNPLUGGED,
		      ours || zone == POLICY_ZONE_AUTO
			      ? NULL
			      : blocks_online_word(zone));
	return r < 0 ? r : kmem_plug(run, zone);
}

/* False too with a kmem that has no `state`. */
static int is_unplugged(struct act_run *run)
{
	_cleanup_free_ char *state = NULL;
	int r;

	r = read_state(run, &state);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	return strcmp(state, UNPLUGGED) == 0;
}

int kmem_plug(struct act_run *run, enum policy_zone zone)
{
	int r;

	r = is_unplugged(run);
	if (r <= 0)
		return r;
	r = write_state(run, blocks_online_word(zone));
	return r < 0 ? explain_failure(run, r, "could not be plugged") : 0;
}

/* Takes offline what was left behind: all of it, as the bind would remove one
 * former device's memory even where it fails for another's. */
static int make_room(struct act_run *run)
{
	int r;

	r = blocks_offline(&run->blocks, POLICY_ZONE_AUTO);
	if (r == 0 && blocks_any_online(&run->blocks))
		r = -EBUSY;
	if (r == 0)
		return 0;
	return act_explain_block(run, r, "would not go offline",
				 "; it was another device's, and is in the "
				 "way: \"daxbroker diagnose\" tells what is in "
				 "it; free it, then run daxbroker apply");
}

/* The bind says EBUSY although nothing of the device's own is online. */
static int explain_beyond(struct act_run *run)
{
	free(TAKE_PTR(run->detail));
	return act_explain(run, -EBUSY,
			   "memory that an unbind left behind reaches beyond "
			   "%s (/proc/iomem shows it as System RAM (kmem), "
			   "lsmem what of it is online): take the rest of it "
			   "offline (chmem -d -b FIRST-LAST), then run "
			   "daxbroker apply",
			   run->device);
}

/*
 * Memory is taken over only by a device of the very ranges that it was of. What
 * overlaps them otherwise is in the way of the bind until it is offline.
 */
int kmem_adopt(struct act_run *run)
{
	_cleanup_free_ char *first = NULL;
	int r;

	r = bind_held(run, UNPLUGGED, NULL);
	if (r == -EBUSY && blocks_any_online(&run->blocks)) {
		/* That it failed is no failure, unless the next try is. */
		first = TAKE_PTR(run->detail);
		r = make_room(run);
		if (r == 0)
			r = bind_held(run, UNPLUGGED, NULL);
	}
	if (r == -EBUSY && !blocks_any_online(&run->blocks))
		return explain_beyond(run);
	return r;
}

/*
 * The in-tree kmem gives a range up for good when it is unbound while one of
 * its blocks is online, and cannot be asked not to: so this looks once more,
 * when the rules have run that react to a block that goes offline, and a
 * other agent's block goes offline again first.
 */
static int offline_again(struct act_run *run)
{
	int r;

	udev_queue_wait(run->root_fd);
	if (!blocks_any_online(&run->blocks))
		return 0;
	r = blocks_offline(&run->blocks, POLICY_ZONE_AUTO);
	udev_queue_wait(run->root_fd);
	if (r == 0 && blocks_any_online(&run->blocks))
		r = -EXDEV;
	if (r < 0)
		return act_explain_block(run, r, "went online meanwhile",
					 "; unbinding now would lose it until "
					 "reboot");
	return 0;
}

static int take_out(struct act_run *run)
{
	_cleanup_free_ char *state = NULL;
	int r;

	r = read_state(run, &state);
	if (r == -ENOENT)
		return offline_again(run);
	if (r < 0)
		return r;
	r = write_state(run, UNPLUGGED);
	return r < 0 ? explain_failure(run, r, "would not go offline") : 0;
}

int kmem_unbind(struct act_run *run)
{
	int r;

	r = binding_is(run->root_fd, run->device, DRIVER_KMEM);
	if (r > 0)
		r = take_out(run);
	if (r >= 0)
		r = act_unbind(run, DRIVER_KMEM);
	if (r < 0)
		return r;
	if (blocks_any_present(&run->blocks))
		return act_explain_block(run, -EBUSY,
					 "is still there after the unbind",
					 "; only a reboot gives it back");
	return 0;
}

static int explain_put_back(struct act_run *run, int error)
{
	if (error == 0)
		return 0;
	return act_explain_block(run, error, "would not go online again", "");
}

int kmem_bind_again(struct act_run *run)
{
	bool plugged = blocks_any_before(&run->blocks);
	int r;

	/* Only a bind adds memory and leaves it offline. */
	r = plugged ? is_unplugged(run) : 0;
	if (r > 0)
		r = act_unbind(run, DRIVER_KMEM);
	if (r >= 0)
		r = bind_held(run, plugged ? "default" : UNPLUGGED, "offline");
	if (r < 0)
		return r;
	return explain_put_back(run, blocks_undo_offline(&run->blocks));
}

/*
 * What is there is put back before the unbind, which removes what is offline.
 * What the bind has removed comes back as this device's: all of its memory, of
 * which only what was online is so again.
 */
int kmem_disown(struct act_run *run)
{
	int r;

	r = blocks_undo_offline(&run->blocks);
	r = r == -ENOENT ? kmem_bind_again(run) : explain_put_back(run, r);
	return r < 0 ? r : act_unbind(run, DRIVER_KMEM);
}
