// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/complaint.h"

#include <errno.h>
#include <stdarg.h>

#include "basic/text.h"

int complaint_set(char **ret_message, const struct policy_setting *setting,
		  const char *value, const char *format, ...)
{
	_cleanup_free_ char *what = NULL;
	char excerpt[TEXT_EXCERPT_MAX];
	va_list ap;

	va_start(ap, format);
	what = text_vformat(format, ap);
	va_end(ap);
	if (!what)
		return -ENOMEM;
	*ret_message = text_format("%s=%s: %s", setting->key,
				   text_excerpt(value, excerpt), what);
	return *ret_message ? -EINVAL : -ENOMEM;
}
