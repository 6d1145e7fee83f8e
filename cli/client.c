// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/client.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/clock.h"
#include "basic/log.h"
#include "basic/names.h"

/* For the bus, or what can be done without. */
#define SHORT_USEC (5 * UINT64_C(1000000))

/* What an error of a call exits with; of all others, EXIT_ERROR. */
static const struct {
	const char *error;
	enum exit_code status;
} statuses[] = {
	{ SD_BUS_ERROR_ACCESS_DENIED, EXIT_DENIED },
	{ SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED, EXIT_DENIED },
	{ SD_BUS_ERROR_AUTH_FAILED, EXIT_DENIED },
	{ SD_BUS_ERROR_NOT_SUPPORTED, EXIT_REFUSED },
	{ SD_BUS_ERROR_FILE_NOT_FOUND, EXIT_NOT_FOUND },
	{ SD_BUS_ERROR_UNKNOWN_OBJECT, EXIT_NOT_FOUND },
	{ SD_BUS_ERROR_SERVICE_UNKNOWN, EXIT_UNREACHABLE },
	{ SD_BUS_ERROR_NAME_HAS_NO_OWNER, EXIT_UNREACHABLE },
};

static enum exit_code status_of(const sd_bus_error *error)
{
	for (size_t i = 0; i < ARRAY_SIZE(statuses); i++)
		if (sd_bus_error_has_name(error, statuses[i].error))
			return statuses[i].status;
	return EXIT_ERROR;
}

/* Of a call that did not reach the daemon. */
static enum exit_code complain_unreachable(int r)
{
	if (r == -ETIMEDOUT)
		log_error("the system bus or the daemon does not answer; see "
			  "\"systemctl status dbus daxbrokerd\"");
	else
		log_error("the system bus cannot be reached (%s); without it, "
			  "run \"daxbrokerd --once\" as root",
			  strerror(-r));
	return EXIT_UNREACHABLE;
}

/* Until the bus has let us in: it does so at once, if it is well. */
static int wait_for(sd_bus *bus)
{
	const uint64_t end = clock_usec() + SHORT_USEC;
	int r = 0;

	while (r >= 0 && sd_bus_is_ready(bus) == 0) {
		uint64_t now = clock_usec();

		if (now >= end)
			return -ETIMEDOUT;
		r = sd_bus_process(bus, NULL);
		if (r == 0)
			r = sd_bus_wait(bus, end - now);
	}
	return r < 0 ? r : 0;
}

static int open_bus(sd_bus **ret)
{
	_cleanup_(sd_bus_unrefp) sd_bus *bus = NULL;
	int r;

	r = sd_bus_open_system(&bus);
	if (r >= 0)
		r = sd_bus_set_method_call_timeout(bus, CLIENT_ANSWER_USEC);
	if (r >= 0)
		r = wait_for(bus);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(bus);
	return 0;
}

/* By systemd's word; where it does not answer, it is not. */
static bool is_masked(void)
{
	_cleanup_(sd_bus_unrefp) sd_bus *bus = NULL;
	_cleanup_free_ char *path = NULL, *state = NULL;

	if (open_bus(&bus) < 0 ||
	    sd_bus_path_encode("/org/freedesktop/systemd1/unit",
			       "daxbrokerd.service", &path) < 0 ||
	    sd_bus_get_property_string(bus, "org.freedesktop.systemd1", path,
				       "org.freedesktop.systemd1.Unit",
				       "LoadState", NULL, &state) < 0)
		return false;
	return strcmp(state, "masked") == 0;
}

static void complain_not_running(void)
{
	if (is_masked())
		log_error("the daemon does not run: it is masked; "
			  "\"systemctl unmask daxbrokerd\" allows it again, "
			  "\"systemctl start daxbrokerd\" starts it");
	else
		log_error("the daemon does not run; \"systemctl status "
			  "daxbrokerd\" says why, \"systemctl start "
			  "daxbrokerd\" starts it and applies the policies");
}

enum exit_code client_complain(const sd_bus_error *error, int r,
			       const char *action)
{
	const char *message = error->message ? error->message : error->name;
	enum exit_code status = status_of(error);

	if (r == -ETIMEDOUT || !sd_bus_error_is_set(error))
		return complain_unreachable(r);
	switch (status) {
	case EXIT_DENIED:
		log_error("not permitted: that needs the polkit action %s; run "
			  "it as root (%s)",
			  action, message);
		break;
	case EXIT_UNREACHABLE:
		complain_not_running();
		break;
	case EXIT_NOT_FOUND:
		log_error("%s", message);
		break;
	default:
		log_error("the daemon says: %s", message);
	}
	return status;
}

enum exit_code client_open(sd_bus **ret)
{
	const int r = open_bus(ret);

	return r < 0 ? complain_unreachable(r) : EXIT_OK;
}

int client_new_call(sd_bus *bus, const char *path, const char *interface,
		    const char *method, sd_bus_message **ret)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	int r;

	r = sd_bus_message_new_method_call(bus, &message, BUS_NAME, path,
					   interface, method);
	if (r >= 0)
		r = sd_bus_message_set_auto_start(message, 0);
	if (r >= 0)
		r = sd_bus_message_set_allow_interactive_authorization(message,
								       1);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(message);
	return 0;
}

enum exit_code client_send(sd_bus *bus, sd_bus_message *message,
			   const char *action, uint64_t timeout,
			   sd_bus_message **ret)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	enum exit_code status = EXIT_OK;
	int r;

	r = sd_bus_call(bus, message, timeout, &error, ret);
	if (r < 0)
		status = client_complain(&error, r, action);
	sd_bus_error_free(&error);
	return status;
}

enum exit_code client_call(sd_bus *bus, const char *method, uint64_t timeout,
			   sd_bus_message **ret)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	int r;

	r = client_new_call(bus, BUS_PATH, BUS_INTERFACE, method, &message);
	if (r < 0)
		return complain_unreachable(r);
	return client_send(bus, message, "", timeout, ret);
}

int client_list(sd_bus_message **ret)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	_cleanup_(sd_bus_unrefp) sd_bus *bus = NULL;
	int r;

	r = open_bus(&bus);
	if (r >= 0)
		r = client_new_call(bus, BUS_PATH, BUS_INTERFACE, "ListDevices",
				    &message);
	if (r >= 0)
		r = sd_bus_call(bus, message, SHORT_USEC, NULL, ret);
	return r < 0 ? r : 0;
}

enum exit_code client_get(sd_bus *bus, const char *path, const char *interface,
			  const char *property, const char *type,
			  sd_bus_message **ret)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	enum exit_code status;
	int r;

	r = client_new_call(bus, path, "org.freedesktop.DBus.Properties", "Get",
			    &message);
	if (r >= 0)
		r = sd_bus_message_append(message, "ss", interface, property);
	if (r < 0)
		return complain_unreachable(r);
	status = client_send(bus, message, "", 0, &reply);
	if (status != EXIT_OK)
		return status;
	r = sd_bus_message_enter_container(reply, 'v', type);
	if (r < 0)
		return complain_unreachable(r);
	*ret = TAKE_PTR(reply);
	return EXIT_OK;
}

char *client_device_path(const char *device)
{
	char *path = NULL;

	return sd_bus_path_encode(BUS_PATH "/device", device, &path) < 0 ? NULL
									 : path;
}
