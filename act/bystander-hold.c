// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/bystander-hold.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

#include "act/binding.h"
#include "act/lock.h"
#include "basic/cleanup.h"
#include "basic/names.h"
#include "basic/run-dir.h"
#include "facts/dax-bus.h"
#include "facts/root.h"
#include "facts/snapshot-read.h"
#include "plan/bystander.h"

#define NOTE "bystanders"

static const char note[] = RUN_DIR "/" NOTE;

static int fail_of(struct act_work *work, int error, enum act_cause cause,
		   const char *device, const char *driver)
{
	if (work->failure.cause == ACT_CAUSE_NONE) {
		work_fail_named(work, error, cause, driver, NULL);
		ACT_FAILURE_SET(work->failure.device, device);
	}
	return error;
}

static int fail_spared(struct act_work *work, const char *device,
		       const char *driver)
{
	return fail_of(work, -ESTALE, ACT_CAUSE_SPARED, device, driver);
}

static int read_machine(struct act_work *work, struct facts_snapshot **ret)
{
	int r = facts_snapshot_read(work->root_fd, ret);

	return r < 0 ? work_fail(work, r, ACT_CAUSE_READ_REGION) : 0;
}

int bystander_hold_prepare(int root_fd)
{
	_cleanup_close_ int lock = lock_open(root_fd, BYSTANDER_HOLD_LOCK);

	return lock < 0 ? lock : 0;
}

int bystander_hold_check(struct act_work *work, const char *driver)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *now = NULL;
	const struct facts_device *device;
	int r;

	if (!work->plan->spared)
		return 0;
	r = read_machine(work, &now);
	if (r < 0)
		return r;
	device = facts_find_device(now, work->plan->device);
	for (size_t i = 0; device && i < now->n_devices; i++) {
		const struct facts_device *other = &now->devices[i];

		if (bystander_is(now, device, driver, other) &&
		    bystander_is_spared(work->plan, other->name))
			return fail_spared(work, other->name, driver);
	}
	return 0;
}

static bool is_devdax(const char *driver)
{
	return strcmp(driver, DRIVER_DEVICE_DAX) == 0;
}

static bool is_at_hand(const struct act_work *work,
		       const struct facts_device *device)
{
	return strcmp(device->name, work->device) == 0;
}

/* Has no driver, and may get one by mistake. Device_dax may take the device at
 * hand, too, when it is to hold another. */
static bool is_free(const struct act_work *work,
		    const struct facts_device *device, const char *driver)
{
	return !device->driver && device->size > 0 &&
	       (!is_devdax(driver) || !is_at_hand(work, device));
}

/* A new_id of @driver may take others than the device at hand. Which ones
 * device_dax takes is found by asking it. */
static bool takes_others(const struct act_work *work,
			 const struct facts_snapshot *now, const char *driver)
{
	for (size_t i = 0; i < now->n_devices; i++)
		if (!is_at_hand(work, &now->devices[i]) &&
		    is_free(work, &now->devices[i], driver) &&
		    (is_devdax(driver) ||
		     bystander_matches(now, &now->devices[i], driver)))
			return true;
	return false;
}

static bool is_to_be_held(const struct act_work *work,
			  const struct facts_device *device, const char *driver)
{
	return is_free(work, device, driver) &&
	       !bystander_is_spared(work->plan, device->name);
}

static int write_note(struct act_work *work, const struct facts_snapshot *now,
		      const char *driver)
{
	_cleanup_close_ int fd = run_dir_open_file(
		work->root_fd, NOTE, O_WRONLY | O_CREAT | O_TRUNC);

	if (fd < 0)
		return fd;
	for (size_t i = 0; i < now->n_devices; i++)
		if (is_to_be_held(work, &now->devices[i], driver) &&
		    dprintf(fd, "%s\n", now->devices[i].name) < 0)
			return -errno;
	return 0;
}

/* What follows the names: which binding it is that holds @device. 0: one that
 * somebody else has made. */
static int note_binding(int root_fd, const char *device, uint64_t number)
{
	_cleanup_close_ int fd =
		run_dir_open_file(root_fd, NOTE, O_WRONLY | O_APPEND);

	if (fd < 0)
		return fd;
	if (dprintf(fd, "%s %" PRIu64 "\n", device, number) < 0)
		return -errno;
	return 0;
}

/* Like binding_ask(), for what device_dax does not match. */
static int list(int root_fd, const char *device)
{
	uint64_t number;
	int r;

	r = binding_number(root_fd, device, &number);
	if (r < 0 || number != 0)
		return r < 0 ? r : -EBUSY;
	r = binding_list(root_fd, device, DRIVER_DEVICE_DAX);
	return r < 0 ? r : binding_complete(root_fd, device, DRIVER_DEVICE_DAX);
}

/* A device that somebody else has bound meanwhile needs no hold. */
static int hold(int root_fd, const char *device, bool listed)
{
	uint64_t number;
	int asked, r;

	asked = listed ? list(root_fd, device)
		       : binding_ask(root_fd, device, DRIVER_DEVICE_DAX);
	if (asked < 0 && asked != -EBUSY)
		return asked;
	r = binding_number(root_fd, device, &number);
	if (r < 0 || (asked < 0 && number == 0))
		return r < 0 ? r : asked;
	return note_binding(root_fd, device, asked < 0 ? 0 : number);
}

/* Those that device_dax matches come first: then its own new_id, for one that
 * it does not match, finds none of these without a driver. The others are added
 * to @unmatched. */
static int hold_matched(struct act_work *work, const struct facts_snapshot *now,
			const char *driver, bool *unmatched)
{
	for (size_t i = 0; i < now->n_devices; i++) {
		const char *name = now->devices[i].name;
		int r;

		if (!is_to_be_held(work, &now->devices[i], driver))
			continue;
		r = hold(work->root_fd, name, false);
		unmatched[i] = r == -EOPNOTSUPP;
		if (r < 0 && !unmatched[i])
			return fail_of(work, r, ACT_CAUSE_BYSTANDER, name,
				       DRIVER_DEVICE_DAX);
	}
	return 0;
}

static int hold_unmatched(struct act_work *work,
			  const struct facts_snapshot *now,
			  const bool *unmatched)
{
	for (size_t i = 0; i < now->n_devices; i++) {
		const char *name = now->devices[i].name;
		int r = unmatched[i] ? hold(work->root_fd, name, true) : 0;

		if (r < 0)
			return fail_of(work, r, ACT_CAUSE_BYSTANDER, name,
				       DRIVER_DEVICE_DAX);
	}
	return 0;
}

static int hold_all(struct act_work *work, const struct facts_snapshot *now,
		    const char *driver)
{
	_cleanup_free_ bool *unmatched = calloc(now->n_devices, sizeof(bool));
	int r;

	if (!unmatched)
		return fail_of(work, -ENOMEM, ACT_CAUSE_BYSTANDER, work->device,
			       DRIVER_DEVICE_DAX);
	r = hold_matched(work, now, driver, unmatched);
	/* What device_dax does not match, it does not take by mistake. */
	if (r < 0 || is_devdax(driver))
		return r;
	return hold_unmatched(work, now, unmatched);
}

static int find_spared(struct act_work *work, const struct facts_snapshot *now,
		       const char *driver)
{
	for (size_t i = 0; i < now->n_devices; i++)
		if (is_free(work, &now->devices[i], driver) &&
		    bystander_is_spared(work->plan, now->devices[i].name) &&
		    (!is_devdax(driver) ||
		     bystander_matches(now, &now->devices[i], driver)))
			return fail_spared(work, now->devices[i].name, driver);
	return 0;
}

int bystander_hold_take(struct act_work *work, const char *driver)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *now = NULL;
	int r;

	/* Then kmem takes what is on its list, and nothing else. */
	if (!is_devdax(driver) && dax_bus_by_name(work->root_fd) > 0)
		return 0;
	r = read_machine(work, &now);
	if (r < 0 || !takes_others(work, now, driver))
		return r;
	r = find_spared(work, now, driver);
	if (r == 0)
		r = write_note(work, now, driver);
	if (r < 0)
		return work_fail(work, r, ACT_CAUSE_JOURNAL);
	return hold_all(work, now, driver);
}

/* The binding that a line after those of the names, "NAME NUMBER", says of
 * @device. False: none does, the job was cut off before it could be noted. */
static bool find_binding(const char *lines, const char *device, uint64_t *ret)
{
	const size_t length = strlen(device);

	for (const char *at = lines; at; at = strchr(at, '\n')) {
		char end;

		at += *at == '\n';
		if (strncmp(at, device, length) == 0 && at[length] == ' ' &&
		    sscanf(at + length, "%" SCNu64 "%c", ret, &end) == 2)
			return true;
	}
	return false;
}

/* 1: somebody else has given it to device_dax. */
static int is_of_others(int root_fd, const char *device, uint64_t held)
{
	uint64_t number;
	int r;

	r = binding_number(root_fd, device, &number);
	if (r < 0 || number == held)
		return r;
	return binding_is(root_fd, device, DRIVER_DEVICE_DAX);
}

/* Its device may be gone by now. */
static int let_go(int root_fd, const char *device, const char *lines)
{
	uint64_t x, y, held;
	int r = 0;

	if (!facts_device_numbers(device, &x, &y))
		return 0;
	if (find_binding(lines, device, &held))
		r = is_of_others(root_fd, device, held);
	if (r == 0)
		r = binding_forget(root_fd, device, DRIVER_DEVICE_DAX);
	if (r == 0)
		r = binding_remove(root_fd, device, DRIVER_DEVICE_DAX);
	return r == -ENODEV || r > 0 ? 0 : r;
}

/* By who has the lock. 1: there was a note. */
static int let_all_go(int root_fd)
{
	_cleanup_free_ char *text = NULL;
	char *rest, *name;
	int r, result = 0;

	r = root_read_text(root_fd, &note[1], &text);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	/* A name without an end may be the beginning of another one's. */
	for (rest = text; (name = strsep(&rest, "\n")) && rest;) {
		r = let_go(root_fd, name, rest);
		if (r < 0)
			result = r;
	}
	if (result < 0)
		return result;
	r = run_dir_remove(root_fd, NOTE);
	return r < 0 ? r : 1;
}

int bystander_hold_release(struct act_work *work)
{
	int r = let_all_go(work->root_fd);

	return r < 0 ? work_fail_named(work, r, ACT_CAUSE_UNBIND,
				       DRIVER_DEVICE_DAX, NULL)
		     : 0;
}

int bystander_hold_recover(int root_fd)
{
	_cleanup_close_ int lock = -1;

	if (!root_exists(root_fd, &note[1]))
		return 0;
	lock = lock_open(root_fd, BYSTANDER_HOLD_LOCK);
	if (lock < 0)
		return lock;
	if (lock_take(lock, LOCK_EX | LOCK_NB) < 0)
		return 0; /* by one that is alive */
	return let_all_go(root_fd);
}
