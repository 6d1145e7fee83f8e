// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/complaint.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "basic/text.h"

int complaint_set(char **ret_message, const struct policy_setting *setting,
		  const char *value, const char *format, ...)
{
	_cleanup_free_ char *what = NULL;
	char excerpt[TEXT_EXCERPT_MAX];
	va_list ap;
	int r;

	va_start(ap, format);
	r = vasprintf(&what, format, ap);
	va_end(ap);
	if (r < 0) {
		what = NULL;
		return -ENOMEM;
	}
	if (asprintf(ret_message, "%s=%s: %s", setting->key,
		     text_excerpt(value, excerpt), what) < 0)
		return -ENOMEM;
	return -EINVAL;
}
