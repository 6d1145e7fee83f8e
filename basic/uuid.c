// SPDX-License-Identifier: GPL-2.0-or-later
#include "basic/uuid.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int uuid_parse(const char *text, sd_id128_t *ret)
{
	/* sd_id128_from_string() also takes 32 digits without a dash. */
	if (strlen(text) != UUID_TEXT_MAX - 1)
		return -EINVAL;
	return sd_id128_from_string(text, ret) < 0 ? -EINVAL : 0;
}

char *uuid_format(sd_id128_t uuid, char buf[UUID_TEXT_MAX])
{
	char digits[SD_ID128_STRING_MAX];

	sd_id128_to_string(uuid, digits);
	snprintf(buf, UUID_TEXT_MAX, "%.8s-%.4s-%.4s-%.4s-%.12s", digits,
		 digits + 8, digits + 12, digits + 16, digits + 20);
	return buf;
}
