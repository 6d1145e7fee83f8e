// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/lease-find.h"

#include <string.h>

#include "basic/log.h"
#include "basic/names.h"

enum exit_code lease_find_each(const struct mirror *mirror, lease_find_fn fn,
			       void *userdata)
{
	json_object_object_foreach(mirror_objects(mirror), path, object)
	{
		enum exit_code status;

		if (strcmp(mirror_text(object, "Kind"), "Lease") != 0)
			continue;
		status = fn(path, object, userdata);
		if (status != EXIT_OK)
			return status;
	}
	return EXIT_OK;
}

struct search {
	const char *word;
	const char *exact; /* the path of the one with this id, or NULL */
	const char *path;  /* of one with this name, or NULL */
	size_t n;	   /* so many have the name */
};

static enum exit_code compare(const char *path, json_object *lease,
			      void *userdata)
{
	struct search *search = userdata;
	const char *id = mirror_text(lease, "Id");
	const bool named =
		strcmp(mirror_text(lease, "Name"), search->word) == 0;

	if (strcmp(id, search->word) == 0)
		search->exact = path;
	if (!named)
		return EXIT_OK;
	search->n++;
	search->path = path;
	return EXIT_OK;
}

enum exit_code lease_find(const struct mirror *mirror, const char *word,
			  const char **ret)
{
	struct search search = { .word = word };
	enum exit_code status = lease_find_each(mirror, compare, &search);

	if (status != EXIT_OK)
		return status;
	if (search.exact) {
		*ret = search.exact;
		return EXIT_OK;
	}
	if (search.n > 1) {
		log_error("%zu leases are called %s; \"daxbroker lease list\" "
			  "shows their ids",
			  search.n, word);
		return EXIT_USAGE;
	}
	if (!search.path) {
		log_error("there is no lease %s; \"daxbroker lease list\" "
			  "shows those there are",
			  word);
		return EXIT_NOT_FOUND;
	}
	*ret = search.path;
	return EXIT_OK;
}

char *lease_find_device(json_object *lease)
{
	char *name = NULL;

	return sd_bus_path_decode(mirror_text(lease, "Device"),
				  BUS_PATH "/device", &name) > 0
		       ? name
		       : NULL;
}
