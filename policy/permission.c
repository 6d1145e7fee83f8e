// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/permission.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/parse.h"
#include "policy/complaint.h"
#include "policy/use.h"

#define MODE_MAX 0777

/* chown(2) takes it for "do not change", and 16-bit programs the other. */
static bool is_number(const char *value)
{
	uint64_t id;

	return value[strspn(value, "0123456789")] == '\0' &&
	       parse_u64(value, &id) == 0 && id < UINT32_MAX &&
	       id != UINT16_MAX;
}

/* As useradd(8) makes them, and what directories of users add to that. */
bool permission_is_account(const char *value)
{
	size_t length = strlen(value);

	if (length >= POLICY_NAME_MAX)
		return false;
	if (isdigit((unsigned char)*value))
		return is_number(value);
	if (!isalpha((unsigned char)*value) && *value != '_')
		return false;
	for (size_t i = 0; i < length; i++)
		if (!isalnum((unsigned char)value[i]) &&
		    !strchr("_.-@", value[i]) &&
		    !(value[i] == '$' && i == length - 1))
			return false;
	return true;
}

int permission_parse_account(const struct policy_setting *setting,
			     const char *value, void *target,
			     char **ret_message)
{
	char *account = (char *)target + setting->offset;

	if (*value && !permission_is_account(value))
		return complaint_set(ret_message, setting, value,
				     "neither a name such as postgres nor a "
				     "number such as 1000");
	memset(account, 0, POLICY_NAME_MAX);
	memcpy(account, value, strlen(value));
	return 0;
}

int permission_parse_mode(const struct policy_setting *setting,
			  const char *value, void *target, char **ret_message)
{
	unsigned int *mode = (void *)((char *)target + setting->offset);
	unsigned long number = 0;

	if (*value) {
		if (value[strspn(value, "01234567")] || strlen(value) > 4)
			return complaint_set(ret_message, setting, value,
					     "not an octal mode such as 0660");
		number = strtoul(value, NULL, 8);
		if (number == 0 || number > MODE_MAX)
			return complaint_set(ret_message, setting, value,
					     "a mode is from 0001 to 0777");
	}
	*mode = (unsigned int)number;
	return 0;
}

const char *permission_show_mode(const struct policy_setting *setting,
				 const void *target, char buf[POLICY_VALUE_MAX])
{
	const unsigned int *mode =
		(const void *)((const char *)target + setting->offset);

	if (!*mode)
		return NULL;
	snprintf(buf, POLICY_VALUE_MAX, "%04o", *mode);
	return buf;
}
