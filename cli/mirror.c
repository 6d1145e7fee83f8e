// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/mirror.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "basic/clock.h"
#include "basic/log.h"
#include "basic/names.h"
#include "basic/text.h"
#include "cli/client.h"
#include "cli/message-object.h"
#include "cli/object.h"

#define PROPERTIES "org.freedesktop.DBus.Properties"
#define OBJECT_MANAGER "org.freedesktop.DBus.ObjectManager"

/* While others ask for too much. */
#define AGAIN_USEC 200000

struct mirror {
	sd_bus *bus;
	json_object *objects;
	bool there;
	mirror_fn changed;
	void *userdata;
};

static void put_json(json_object **object)
{
	json_object_put(*object);
}

#define _cleanup_json_ _cleanup_(put_json)

void mirror_free(struct mirror *mirror)
{
	sd_bus_flush_close_unref(mirror->bus);
	json_object_put(mirror->objects);
	free(mirror);
}

sd_bus *mirror_bus(const struct mirror *mirror)
{
	return mirror->bus;
}

json_object *mirror_objects(const struct mirror *mirror)
{
	return mirror->objects;
}

json_object *mirror_find(const struct mirror *mirror, const char *path)
{
	return json_object_object_get(mirror->objects, path);
}

json_object *mirror_find_device(const struct mirror *mirror, const char *name)
{
	_cleanup_free_ char *path = client_device_path(name);

	return path ? mirror_find(mirror, path) : NULL;
}

const char *mirror_text(json_object *object, const char *property)
{
	json_object *value = json_object_object_get(object, property);

	return json_object_is_type(value, json_type_string)
		       ? json_object_get_string(value)
		       : "";
}

uint64_t mirror_number(json_object *object, const char *property)
{
	return json_object_get_uint64(json_object_object_get(object, property));
}

bool mirror_is_settled(const struct mirror *mirror)
{
	return json_object_get_boolean(json_object_object_get(
		mirror_find(mirror, BUS_PATH), "Settled"));
}

bool mirror_is_there(const struct mirror *mirror)
{
	return mirror->there;
}

static void report(const struct mirror *mirror, enum mirror_change change,
		   const char *path, json_object *values)
{
	const struct mirror_event event = {
		.change = change,
		.path = path,
		.object = path ? mirror_find(mirror, path) : NULL,
		.values = values,
	};

	if (mirror->changed)
		mirror->changed(&event, mirror->userdata);
}

/* "Device" of the daemon's interfaces; NULL: it is of another kind. */
static const char *kind_of(const char *interface)
{
	return text_starts_with(interface, BUS_NAME ".")
		       ? interface + strlen(BUS_NAME ".")
		       : NULL;
}

/* Those of all interfaces of one object: 0 or a negative errno. */
static int read_interfaces(sd_bus_message *m, json_object *object)
{
	const char *interface;
	int r;

	r = sd_bus_message_enter_container(m, 'a', "{sa{sv}}");
	while (r >= 0) {
		r = sd_bus_message_enter_container(m, 'e', "sa{sv}");
		if (r <= 0)
			break;
		r = sd_bus_message_read(m, "s", &interface);
		if (r < 0)
			return r;
		if (kind_of(interface)) {
			object_add_string(object, "Kind", kind_of(interface));
			r = message_object_read(m, object);
		} else {
			r = sd_bus_message_skip(m, "a{sv}");
		}
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
	}
	return r < 0 ? r : sd_bus_message_exit_container(m);
}

static int read_objects(sd_bus_message *m, json_object *objects)
{
	const char *path;
	int r;

	r = sd_bus_message_enter_container(m, 'a', "{oa{sa{sv}}}");
	while (r >= 0) {
		json_object *object;

		r = sd_bus_message_enter_container(m, 'e', "oa{sa{sv}}");
		if (r <= 0)
			break;
		r = sd_bus_message_read(m, "o", &path);
		if (r < 0)
			return r;
		object = json_object_new_object();
		object_add(objects, path, object);
		r = read_interfaces(m, object);
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
	}
	return r < 0 ? r : 0;
}

static int call(const struct mirror *mirror, const char *interface,
		const char *method, const char *argument, sd_bus_error *error,
		sd_bus_message **ret)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	int r;

	r = client_new_call(mirror->bus, BUS_PATH, interface, method, &message);
	if (r >= 0 && argument)
		r = sd_bus_message_append(message, "s", argument);
	return r < 0 ? r : sd_bus_call(mirror->bus, message, 0, error, ret);
}

static int call_again(const struct mirror *mirror, const char *interface,
		      const char *method, const char *argument,
		      sd_bus_error *error, sd_bus_message **ret)
{
	const uint64_t end = clock_usec() + CLIENT_ANSWER_USEC;
	int r;

	for (;;) {
		r = call(mirror, interface, method, argument, error, ret);
		if (!sd_bus_error_has_name(error,
					   SD_BUS_ERROR_LIMITS_EXCEEDED) ||
		    clock_usec() > end)
			return r;
		sd_bus_error_free(error);
		usleep(AGAIN_USEC);
	}
}

static int read_all(struct mirror *mirror, sd_bus_error *error)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *manager = NULL;
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *below = NULL;
	_cleanup_json_ json_object *objects = json_object_new_object();
	json_object *object = json_object_new_object();
	int r;

	object_add(objects, BUS_PATH, object);
	object_add_string(object, "Kind", "Manager");
	r = call_again(mirror, PROPERTIES, "GetAll", BUS_INTERFACE, error,
		       &manager);
	if (r >= 0)
		r = message_object_read(manager, object);
	if (r >= 0)
		r = call_again(mirror, OBJECT_MANAGER, "GetManagedObjects",
			       NULL, error, &below);
	if (r >= 0)
		r = read_objects(below, objects);
	if (r < 0)
		return r;
	json_object_put(mirror->objects);
	mirror->objects = TAKE_PTR(objects);
	mirror->there = true;
	return 0;
}

static void take_changes(json_object *object, json_object *values)
{
	json_object_object_foreach(values, name, value)
	{
		object_add(object, name, json_object_get(value));
	}
}

static int on_changed(struct mirror *mirror, sd_bus_message *m)
{
	_cleanup_json_ json_object *values = json_object_new_object();
	const char *path = sd_bus_message_get_path(m), *interface;
	json_object *object = mirror_find(mirror, path);
	int r;

	r = sd_bus_message_read(m, "s", &interface);
	if (r < 0 || !object || !kind_of(interface))
		return r;
	r = message_object_read(m, values);
	if (r < 0)
		return r;
	take_changes(object, values);
	report(mirror, MIRROR_CHANGED, path, values);
	return 0;
}

static int on_added(struct mirror *mirror, sd_bus_message *m)
{
	json_object *object;
	const char *path;
	int r;

	r = sd_bus_message_read(m, "o", &path);
	if (r < 0)
		return r;
	object = json_object_new_object();
	object_add(mirror->objects, path, object);
	r = read_interfaces(m, object);
	if (r < 0)
		return r;
	report(mirror, MIRROR_ADDED, path, object);
	return 0;
}

static int on_removed(struct mirror *mirror, sd_bus_message *m)
{
	const char *path;
	int r;

	r = sd_bus_message_read(m, "o", &path);
	if (r < 0 || !mirror_find(mirror, path))
		return r;
	report(mirror, MIRROR_REMOVED, path, NULL);
	json_object_object_del(mirror->objects, path);
	return 0;
}

static int on_job_ended(struct mirror *mirror, sd_bus_message *m)
{
	_cleanup_json_ json_object *facts = json_object_new_object();
	const char *path;
	int r;

	r = sd_bus_message_read(m, "o", &path);
	if (r >= 0)
		r = message_object_read(m, facts);
	if (r < 0)
		return r;
	report(mirror, MIRROR_JOB_ENDED, path, facts);
	return 0;
}

static const struct {
	const char *interface, *member;
	int (*take)(struct mirror *mirror, sd_bus_message *m);
} signals[] = {
	{ PROPERTIES, "PropertiesChanged", on_changed },
	{ OBJECT_MANAGER, "InterfacesAdded", on_added },
	{ OBJECT_MANAGER, "InterfacesRemoved", on_removed },
	{ BUS_INTERFACE, "JobEnded", on_job_ended },
};

static int on_signal(sd_bus_message *m, void *userdata,
		     sd_bus_error *error _unused_)
{
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		if (sd_bus_message_is_signal(m, signals[i].interface,
					     signals[i].member))
			r = signals[i].take(userdata, m);
	if (r < 0)
		log_debug("a signal makes no sense: %s", strerror(-r));
	return 0;
}

static int on_owner(sd_bus_message *m, void *userdata,
		    sd_bus_error *error _unused_)
{
	struct mirror *mirror = userdata;
	const char *name, *old, *new;

	if (sd_bus_message_read(m, "sss", &name, &old, &new) < 0)
		return 0;
	mirror->there = false;
	report(mirror, MIRROR_GONE, NULL, NULL);
	if (new[0] && read_all(mirror, NULL) >= 0)
		report(mirror, MIRROR_BACK, NULL, NULL);
	return 0;
}

static int subscribe(struct mirror *mirror)
{
	int r;

	r = sd_bus_add_match(mirror->bus, NULL,
			     "type='signal',sender='" BUS_NAME
			     "',path_namespace='" BUS_PATH "'",
			     on_signal, mirror);
	if (r < 0)
		return r;
	return sd_bus_add_match(mirror->bus, NULL,
				"type='signal',sender='org.freedesktop.DBus',"
				"member='NameOwnerChanged',arg0='" BUS_NAME "'",
				on_owner, mirror);
}

enum exit_code mirror_open(mirror_fn changed, void *userdata,
			   struct mirror **ret)
{
	_cleanup_mirror_ struct mirror *mirror = calloc(1, sizeof(*mirror));
	sd_bus_error error = SD_BUS_ERROR_NULL;
	enum exit_code status;
	int r;

	if (!mirror)
		return EXIT_ERROR;
	status = client_open(&mirror->bus);
	if (status != EXIT_OK)
		return status;
	r = subscribe(mirror);
	if (r >= 0)
		r = read_all(mirror, &error);
	if (r < 0) {
		status = client_complain(&error, r, "");
		sd_bus_error_free(&error);
		return status;
	}
	mirror->changed = changed;
	mirror->userdata = userdata;
	*ret = TAKE_PTR(mirror);
	return EXIT_OK;
}

int mirror_run(struct mirror *mirror, uint64_t until)
{
	uint64_t now;
	int r;

	r = sd_bus_process(mirror->bus, NULL);
	if (r != 0)
		return r < 0 ? r : 1;
	now = clock_usec();
	if (now >= until)
		return 0;
	r = sd_bus_wait(mirror->bus,
			until == UINT64_MAX ? UINT64_MAX : until - now);
	return r < 0 && r != -EINTR ? r : 1;
}
