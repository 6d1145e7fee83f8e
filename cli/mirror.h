/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_MIRROR_H
#define CLI_MIRROR_H

#include <json.h>
#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-bus.h>

#include "basic/cleanup.h"
#include "basic/exit-codes.h"

/*
 * The daemon's objects as they are now: read once, and kept up by its signals.
 * An object is JSON, with the names that its properties have on the bus and the
 * member "Kind": "Device", "Job", "Node", "Region" or "Manager".
 */
struct mirror;

enum mirror_change {
	MIRROR_ADDED,
	MIRROR_CHANGED,
	MIRROR_REMOVED,
	MIRROR_JOB_ENDED, /* what a job was: its facts */
	MIRROR_GONE,	  /* the daemon; its objects, too */
	MIRROR_BACK,	  /* the daemon; its objects are read anew */
};

struct mirror_event {
	enum mirror_change change;
	const char *path;
	json_object *object; /* all of it; before it is gone. NULL: none */
	json_object
		*values; /* the properties that have changed, or the facts */
};

typedef void (*mirror_fn)(const struct mirror_event *event, void *userdata);

/* @changed, or NULL, is called by mirror_run(). Returns EXIT_OK and *ret, to be
 * freed with mirror_free(); or the status to exit with after saying why. */
enum exit_code mirror_open(mirror_fn changed, void *userdata,
			   struct mirror **ret);
void mirror_free(struct mirror *mirror);
DEFINE_CLEANUP(struct mirror *, mirror_free)
#define _cleanup_mirror_ _cleanup_(cleanup_mirror_free)

/* Its connection, for calls. */
sd_bus *mirror_bus(const struct mirror *mirror);

/* By path; NULL: there is none. mirror_objects() has all, by their paths. */
json_object *mirror_find(const struct mirror *mirror, const char *path);
json_object *mirror_objects(const struct mirror *mirror);

/* The manager's property. */
bool mirror_is_settled(const struct mirror *mirror);

/* The device of this name; NULL: there is none. */
json_object *mirror_find_device(const struct mirror *mirror, const char *name);

/* A property that is a text or a path; "": there is none. Owned by @object. */
const char *mirror_text(json_object *object, const char *property);
uint64_t mirror_number(json_object *object, const char *property);

/* Waits for something to happen, a signal of the process too, until @until
 * (clock_usec()). Returns 1, 0 when that time has come; or a negative errno:
 * there is no bus any more. */
int mirror_run(struct mirror *mirror, uint64_t until);

/* The daemon is on the bus. */
bool mirror_is_there(const struct mirror *mirror);

#endif
