// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lib/inherited.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "basic/array.h"
#include "basic/names.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
/* Read once: a number may be another file's after that. */
static struct inherited *known;
static size_t n_known;
static bool loaded;

/* The id in "PREFIX-ID", or of "PREFIX" that of $DAXBROKER_LEASE; NULL: it is
 * something else. */
static const char *id_of(const char *name, const char *prefix, bool *ret_stored)
{
	const size_t length = strlen(prefix);
	const char *id;

	if (strncmp(name, prefix, length) != 0)
		return NULL;
	*ret_stored = name[length] == '-';
	if (*ret_stored)
		id = name + length + 1;
	else
		id = name[length] ? NULL : secure_getenv("DAXBROKER_LEASE");
	return id && lease_is_id(id) ? id : NULL;
}

static struct inherited *find(const char *id, bool stored)
{
	for (size_t i = 0; i < n_known; i++)
		if (known[i].stored == stored && strcmp(known[i].id, id) == 0)
			return &known[i];
	return NULL;
}

static struct inherited *find_or_add(const char *id, bool stored)
{
	struct inherited *found = find(id, stored);

	if (found)
		return found;
	if (ARRAY_GROW(known, n_known) < 0)
		return NULL;
	found = &known[n_known++];
	*found = (struct inherited){ .device_fd = -1,
				     .lease_fd = -1,
				     .stored = stored };
	memcpy(found->id, id, LEASE_ID_MAX);
	return found;
}

static int add(const char *name, int fd)
{
	struct inherited *inherited;
	bool stored, device = true;
	const char *id = id_of(name, LEASE_FD_DEVICE, &stored);

	if (!id) {
		id = id_of(name, LEASE_FD_LEASE, &stored);
		device = false;
	}
	if (!id)
		return 0;
	inherited = find_or_add(id, stored);
	if (!inherited)
		return -ENOMEM;
	*(device ? &inherited->device_fd : &inherited->lease_fd) = fd;
	return 0;
}

/* Of a lease with one descriptor, there is nothing to be had. */
static void drop_halves(void)
{
	size_t n = 0;

	for (size_t i = 0; i < n_known; i++)
		if (known[i].device_fd >= 0 && known[i].lease_fd >= 0)
			known[n++] = known[i];
	n_known = n;
}

static int load(void)
{
	char **names = NULL;
	int n, r = 0;

	n = sd_listen_fds_with_names(0, &names);
	if (n < 0)
		return n;
	for (int i = 0; i < n && r >= 0; i++)
		r = add(names[i], SD_LISTEN_FDS_START + i);
	for (int i = 0; i < n; i++)
		free(names[i]);
	free(names);
	drop_halves();
	loaded = r >= 0;
	return r;
}

int inherited_get(size_t i, struct inherited *ret)
{
	int r;

	pthread_mutex_lock(&mutex);
	r = loaded ? 0 : load();
	if (r >= 0 && i < n_known) {
		*ret = known[i];
		r = 1;
	}
	pthread_mutex_unlock(&mutex);
	return r < 0 ? r : r > 0;
}

int inherited_take(const struct inherited *inherited)
{
	struct inherited *found;

	pthread_mutex_lock(&mutex);
	found = find(inherited->id, inherited->stored);
	if (found)
		*found = known[--n_known];
	pthread_mutex_unlock(&mutex);
	return found ? 0 : -ENOENT;
}
