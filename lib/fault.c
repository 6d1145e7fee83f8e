// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lib/fault.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "basic/names.h"

static const struct {
	const char *name;
	int error;
} errors[] = {
	{ SD_BUS_ERROR_INVALID_ARGS, -EINVAL },
	{ SD_BUS_ERROR_ACCESS_DENIED, -EPERM },
	{ SD_BUS_ERROR_LIMITS_EXCEEDED, -EDQUOT },
	{ SD_BUS_ERROR_TIMEOUT, -ETIMEDOUT },
	{ BUS_ERROR_UNAVAILABLE, -EBUSY },
	{ SD_BUS_ERROR_UNKNOWN_OBJECT, -ENOENT },
	{ SD_BUS_ERROR_FILE_NOT_FOUND, -ENOENT },
	{ SD_BUS_ERROR_SERVICE_UNKNOWN, -EHOSTDOWN },
	{ SD_BUS_ERROR_NAME_HAS_NO_OWNER, -EHOSTDOWN },
	/* By the bus: who was to answer has left it. */
	{ SD_BUS_ERROR_NO_REPLY, -ECONNRESET },
};

int fault_set(char **ret_error, int r, const char *format, ...)
{
	va_list ap;

	if (!ret_error)
		return r;
	va_start(ap, format);
	if (vasprintf(ret_error, format, ap) < 0)
		*ret_error = NULL;
	va_end(ap);
	return r;
}

static int errno_of(const sd_bus_error *error, int r)
{
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
		if (sd_bus_error_has_name(error, errors[i].name))
			return errors[i].error;
	return r;
}

int fault_set_bus(char **ret_error, const sd_bus_error *error, int r)
{
	r = errno_of(error, r);
	if (r == -EHOSTDOWN)
		return fault_set(ret_error, r,
				 "the daemon does not run; \"systemctl status "
				 "daxbrokerd\" says why");
	if (r == -ECONNRESET)
		return fault_set(ret_error, r,
				 "the daemon has ended without an answer; ask "
				 "it again");
	/* sd-bus's own answer has the daemon's name, and the errno's words. */
	if (r == -ETIMEDOUT &&
	    (!error->message || strcmp(error->message, strerror(-r)) == 0))
		return fault_set(ret_error, r,
				 "the daemon has not answered in time");
	if (sd_bus_error_is_set(error) && error->message)
		return fault_set(ret_error, r, "%s", error->message);
	return fault_set(ret_error, r, "the daemon cannot be asked: %s",
			 strerror(-r));
}
