// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/lease/path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "act/crash.h"
#include "basic/cleanup.h"
#include "basic/names.h"
#include "basic/open-below.h"
#include "broker/lease/lease.h"

bool lease_path_is_due(const struct policy_grant *grant)
{
	return grant->path && grant->state == POLICY_GRANT_ACTIVE &&
	       grant->clear == POLICY_CLEAR_NO;
}

static int open_existing(int root_fd)
{
	return open_below(root_fd, DEV_LEASES, O_RDONLY | O_DIRECTORY);
}

/* For everybody to pass, whatever the umask says; udev may have made it. */
static int make_below(int root_fd, const char *parent, const char *name)
{
	_cleanup_close_ int fd =
		open_below(root_fd, parent, O_RDONLY | O_DIRECTORY);

	if (fd < 0)
		return fd;
	if (mkdirat(fd, name, 0755) < 0)
		return errno == EEXIST ? 0 : -errno;
	return fchmodat(fd, name, 0755, 0) < 0 ? -errno : 0;
}

static int open_directory(int root_fd)
{
	int fd = open_existing(root_fd);
	int r;

	if (fd != -ENOENT)
		return fd;
	r = make_below(root_fd, "/dev", "daxbroker");
	if (r >= 0)
		r = make_below(root_fd, "/dev/daxbroker", "leases");
	return r < 0 ? r : open_existing(root_fd);
}

/* Opens nothing of the device. */
static int open_node(int directory, const char *name, struct stat *ret)
{
	_cleanup_close_ int fd =
		openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	return fstat(fd, ret) < 0 ? -errno : TAKE_FD(fd);
}

static int own(int fd, uid_t uid)
{
	return fchownat(fd, "", uid, 0, AT_EMPTY_PATH) < 0 ? -errno : 0;
}

/* Its owner may have made links to it, and given others a part in it: by the
 * inode, that ends for all of them. No permission is left to an ACL either,
 * whose mask the group's permissions are. */
static int take(int root_fd, int directory, const char *name)
{
	struct stat st;
	_cleanup_close_ int fd = open_node(directory, name, &st);
	int r = 0;

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	if (!S_ISLNK(st.st_mode))
		r = own(fd, 0);
	if (r == 0 && !S_ISLNK(st.st_mode) &&
	    fchmodat(directory, name, 0, 0) < 0)
		r = -errno;
	if (r < 0)
		return r;
	crash_daemon(root_fd, "disowned");
	return unlinkat(directory, name, 0) < 0 ? -errno : 0;
}

/* It is the client's by the last step. */
static int make(int root_fd, int directory, const char *name, uid_t uid,
		dev_t number)
{
	_cleanup_close_ int fd = -1;
	struct stat st;
	int r;

	if (mknodat(directory, name, S_IFCHR | 0600, number) < 0)
		return -errno;
	crash_daemon(root_fd, "node");
	fd = open_node(directory, name, &st);
	r = fd < 0 ? fd : own(fd, uid);
	if (r == 0) {
		crash_daemon(root_fd, "owned");
		return TAKE_FD(fd);
	}
	unlinkat(directory, name, 0);
	return r;
}

int lease_path_make(int root_fd, uint64_t id, uid_t uid, unsigned int major,
		    unsigned int minor)
{
	_cleanup_close_ int directory = open_directory(root_fd);
	const dev_t number = makedev(major, minor);
	_cleanup_close_ int fd = -1;
	char name[LEASE_ID_MAX];
	struct stat st;
	int r;

	if (directory < 0)
		return directory;
	fd = open_node(directory, lease_id_format(id, name), &st);
	if (fd >= 0 && S_ISCHR(st.st_mode) && st.st_rdev == number &&
	    st.st_uid == uid)
		return TAKE_FD(fd);
	r = take(root_fd, directory, name);
	return r < 0 ? r : make(root_fd, directory, name, uid, number);
}

int lease_path_take(int root_fd, uint64_t id)
{
	_cleanup_close_ int directory = open_existing(root_fd);
	char name[LEASE_ID_MAX];

	if (directory < 0)
		return directory == -ENOENT ? 0 : directory;
	return take(root_fd, directory, lease_id_format(id, name));
}

static bool is_due(const struct policy_grants *grants, const char *name)
{
	char id[LEASE_ID_MAX];

	for (size_t i = 0; i < grants->n; i++)
		if (strcmp(lease_id_format(grants->items[i].id, id), name) == 0)
			return lease_path_is_due(&grants->items[i]);
	return false;
}

int lease_path_trim(int root_fd, const struct policy_grants *grants)
{
	_cleanup_closedir_ DIR *dir = NULL;
	int fd = open_existing(root_fd);
	const struct dirent *entry;
	int r, result = 0;

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return -ENOMEM;
	}
	while ((entry = readdir(dir))) {
		if (*entry->d_name == '.' || is_due(grants, entry->d_name))
			continue;
		r = take(root_fd, fd, entry->d_name);
		result = result ?: r;
	}
	return result;
}
