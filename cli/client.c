// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/client.h"

#include <stdint.h>
#include <string.h>

#include "basic/log.h"
#include "basic/names.h"

#define NO_TIMEOUT UINT64_MAX /* a TiB takes minutes */

static enum exit_code complain(const sd_bus_error *error, int r,
			       const char *action)
{
	if (sd_bus_error_has_name(error, SD_BUS_ERROR_ACCESS_DENIED) ||
	    sd_bus_error_has_name(
		    error, SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED)) {
		log_error("not permitted: that needs the polkit action %s; run "
			  "it as root",
			  action);
		return EXIT_ERROR;
	}
	if (sd_bus_error_has_name(error, SD_BUS_ERROR_SERVICE_UNKNOWN) ||
	    sd_bus_error_has_name(error, SD_BUS_ERROR_NAME_HAS_NO_OWNER) ||
	    !sd_bus_error_is_set(error)) {
		log_error("the daemon cannot be reached (%s): start it with "
			  "\"systemctl start daxbrokerd\", or run "
			  "\"daxbrokerd --once\" as root",
			  sd_bus_error_is_set(error) ? error->message
						     : strerror(-r));
		return EXIT_UNREACHABLE;
	}
	if (sd_bus_error_has_name(error, SD_BUS_ERROR_FILE_NOT_FOUND)) {
		log_error("%s", error->message);
		return EXIT_NOT_FOUND;
	}
	log_error("the daemon says: %s",
		  error->message ? error->message : error->name);
	return EXIT_ERROR;
}

static int call(const char *method, const char *device, sd_bus_error *error,
		sd_bus_message **ret)
{
	sd_bus_message *message = NULL;
	sd_bus *bus = NULL;
	int r;

	r = sd_bus_open_system(&bus);
	if (r >= 0)
		r = sd_bus_message_new_method_call(bus, &message, BUS_NAME,
						   BUS_PATH, BUS_INTERFACE,
						   method);
	if (r >= 0)
		r = sd_bus_message_set_allow_interactive_authorization(message,
								       1);
	if (r >= 0 && device)
		r = sd_bus_message_append(message, "s", device);
	if (r >= 0)
		r = sd_bus_call(bus, message, NO_TIMEOUT, error, ret);
	sd_bus_message_unref(message);
	sd_bus_unref(bus);
	return r;
}

enum exit_code client_call(const char *method, const char *device,
			   const char *action, sd_bus_message **ret)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	enum exit_code status = EXIT_OK;
	int r;

	r = call(method, device, &error, ret);
	if (r < 0)
		status = complain(&error, r, action);
	sd_bus_error_free(&error);
	return status;
}

static int get(const char *property, const char *type, sd_bus_error *error,
	       sd_bus_message **ret)
{
	sd_bus *bus = NULL;
	int r;

	r = sd_bus_open_system(&bus);
	if (r >= 0)
		r = sd_bus_get_property(bus, BUS_NAME, BUS_PATH, BUS_INTERFACE,
					property, error, ret, type);
	sd_bus_unref(bus);
	return r;
}

enum exit_code client_get(const char *property, const char *type,
			  sd_bus_message **ret)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	enum exit_code status = EXIT_OK;
	int r;

	r = get(property, type, &error, ret);
	if (r < 0)
		status = complain(&error, r, "");
	sd_bus_error_free(&error);
	return status;
}
