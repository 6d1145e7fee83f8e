// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/holders.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "basic/array.h"
#include "basic/cleanup.h"
#include "facts/process.h"
#include "facts/reader.h"
#include "facts/root.h"
#include "facts/users.h"

/*
 * What is not seen: descriptors of a thread that has unshared its table,
 * files registered with io_uring or in flight over a socket, and what the
 * kernel itself holds. Reading maps waits while the process changes them.
 */

#define PROC_DIR_MAX (sizeof("proc//map_files") + 20)

/* The inode of the pid namespace that the machine booted with: in another
 * one, processes outside are not seen (PROC_PID_INIT_INO in the kernel). */
#define FIRST_PID_NAMESPACE "pid:[4026531836]"

/* A device that can be held. */
struct target {
	dev_t number;
	struct facts_device *device;
};

struct search {
	int root_fd;
	struct target *targets; /* by number */
	size_t n_targets;
	pid_t pid;
	bool all_seen;
};

static void cleanup_search(struct search *search)
{
	free(search->targets);
}

static int compare_targets(const void *a, const void *b)
{
	const struct target *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

static int compare_holders(const void *a, const void *b)
{
	const struct facts_holder *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

static void forget_holders(struct facts_device *device)
{
	while (device->n_holders)
		free(device->holders[--device->n_holders].command);
	free(TAKE_PTR(device->holders));
	device->holders_known = false;
}

/* Without an open file there is no mapping either. */
static bool is_counted_unused(const struct facts_device *device)
{
	return device->users.known && device->users.openers == 0;
}

static int list_targets(struct facts_snapshot *s, struct search *search)
{
	size_t i;

	search->targets = calloc(s->n_devices + 1, sizeof(*search->targets));
	if (!search->targets)
		return -ENOMEM;
	for (i = 0; i < s->n_devices; i++) {
		struct facts_device *device = &s->devices[i];

		forget_holders(device);
		if ((device->major || device->minor) &&
		    !is_counted_unused(device))
			search->targets[search->n_targets++] = (struct target){
				makedev(device->major, device->minor), device
			};
	}
	qsort(search->targets, search->n_targets, sizeof(*search->targets),
	      compare_targets);
	return 0;
}

/* The device's entry for the present process, made where needed. */
static int get_holder(struct search *search, struct facts_device *device,
		      struct facts_holder **ret)
{
	struct facts_holder *holder;
	char *command;
	int r;

	if (device->n_holders) {
		holder = &device->holders[device->n_holders - 1];
		if (holder->pid == search->pid) {
			*ret = holder;
			return 0;
		}
	}
	r = ARRAY_GROW(device->holders, device->n_holders);
	if (r < 0)
		return r;
	r = process_read_command(search->root_fd, search->pid, &command);
	if (r < 0)
		return r;
	holder = &device->holders[device->n_holders++];
	*holder =
		(struct facts_holder){ .pid = search->pid, .command = command };
	*ret = holder;
	return 0;
}

/*
 * Takes note of what a descriptor or a mapping stands for. Follows the kernel's
 * link, so another name or mount namespace does not hide it; asks no server of
 * a network file system, which might not answer.
 */
static int scan_file(struct search *search, int dir_fd, const char *name,
		     bool mapped)
{
	struct facts_holder *holder;
	const struct target *target;
	struct target key = { 0 };
	struct statx st;
	int r;

	if (statx(dir_fd, name, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT,
		  STATX_TYPE, &st) < 0) {
		if (reader_is_denied(-errno))
			search->all_seen = false;
		return 0;
	}
	if (!S_ISCHR(st.stx_mode))
		return 0;
	key.number = makedev(st.stx_rdev_major, st.stx_rdev_minor);
	target = bsearch(&key, search->targets, search->n_targets, sizeof(key),
			 compare_targets);
	if (!target)
		return 0;
	r = get_holder(search, target->device, &holder);
	if (r < 0)
		return r;
	if (mapped)
		holder->mapped = true;
	else
		holder->open = true;
	return 0;
}

/* Takes note of why a process's directory or file cannot be read: it is gone,
 * which is nothing, or this program may not see it. */
static int not_seen(struct search *search, int r)
{
	if (r == -ENOMEM)
		return r;
	if (r != -ENOENT && r != -ESRCH)
		search->all_seen = false;
	return 0;
}

static int scan_descriptors(struct search *search)
{
	_cleanup_closedir_ DIR *stream = NULL;
	const struct dirent *entry;
	char path[PROC_DIR_MAX];
	int r;

	snprintf(path, sizeof(path), "proc/%d/fd", search->pid);
	r = root_open_dir(search->root_fd, path, &stream);
	if (r < 0)
		return not_seen(search, r);
	while ((entry = readdir(stream))) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		r = scan_file(search, dirfd(stream), entry->d_name, false);
		if (r < 0)
			return r;
	}
	return 0;
}

/* *files_fd is opened with the first line that needs it. */
static int scan_line(struct search *search, const char *line, int *files_fd)
{
	char name[PROCESS_MAP_NAME_MAX], path[PROC_DIR_MAX];

	if (!process_map_is_shared_file(line, name))
		return 0;
	if (*files_fd < 0) {
		snprintf(path, sizeof(path), "proc/%d/map_files", search->pid);
		*files_fd = root_open(search->root_fd, path, O_DIRECTORY);
		if (*files_fd < 0)
			return not_seen(search, *files_fd);
	}
	return scan_file(search, *files_fd, name, true);
}

/* *ret_none: the process has no memory at all. */
static int scan_mappings(struct search *search, bool *ret_none)
{
	_cleanup_close_ int files_fd = -1;
	_cleanup_fclose_ FILE *maps = NULL;
	_cleanup_free_ char *line = NULL;
	char path[PROC_DIR_MAX];
	size_t room = 0;
	int r;

	snprintf(path, sizeof(path), "proc/%d/maps", search->pid);
	r = root_open_stream(search->root_fd, path, &maps);
	if (r < 0)
		return not_seen(search, r);
	*ret_none = true;
	while (r == 0 && getline(&line, &room, maps) >= 0) {
		*ret_none = false;
		r = scan_line(search, line, &files_fd);
	}
	return r;
}

/* The kernel's own threads, most of what there is, have neither memory nor
 * descriptors; what is dying has none any more. */
static int scan_process(void *userdata, pid_t pid)
{
	struct search *search = userdata;
	bool none = false;
	int r;

	search->pid = pid;
	r = scan_mappings(search, &none);
	if (r < 0 || none)
		return r;
	return scan_descriptors(search);
}

static int scan_processes(struct search *search)
{
	bool all = false;
	int r;

	r = process_each(search->root_fd, scan_process, search, &all);
	search->all_seen &= all;
	return r;
}

static bool in_first_pid_namespace(int root_fd)
{
	_cleanup_free_ char *target = NULL;

	return root_read_link(root_fd, "proc/self/ns/pid", &target) < 0 ||
	       strcmp(target, FIRST_PID_NAMESPACE) == 0;
}

int facts_holders_load(int root_fd, struct facts_snapshot *snapshot)
{
	_cleanup_(cleanup_search) struct search search = {
		.root_fd = root_fd,
		.all_seen = in_first_pid_namespace(root_fd),
	};
	size_t i;
	int r;

	r = list_targets(snapshot, &search);
	if (r == 0 && search.n_targets)
		r = scan_processes(&search);
	if (r == 0)
		r = facts_users_load_pins(root_fd, snapshot);
	if (r < 0)
		return r;
	for (i = 0; i < snapshot->n_devices; i++) {
		struct facts_device *device = &snapshot->devices[i];

		device->holders_known =
			search.all_seen || is_counted_unused(device);
		if (device->n_holders)
			qsort(device->holders, device->n_holders,
			      sizeof(*device->holders), compare_holders);
	}
	return 0;
}
