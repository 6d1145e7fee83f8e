// SPDX-License-Identifier: GPL-2.0-or-later
#include "basic/log.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>

#include "basic/text.h"
#include "basic/utf8.h"

static int max_level = LOG_INFO;

void log_set_max_level(int priority)
{
	max_level = priority;
}

/* $JOURNAL_STREAM names the device and inode of the journal's stream: only if
 * they are stderr's own was stderr not redirected since. */
static bool stderr_is_journal(void)
{
	static int cached = -1;
	unsigned long long dev, ino;
	const char *stream;
	struct stat st;

	if (cached >= 0)
		return cached;
	stream = getenv("JOURNAL_STREAM");
	cached = stream && sscanf(stream, "%llu:%llu", &dev, &ino) == 2 &&
		 fstat(STDERR_FILENO, &st) == 0 && st.st_dev == dev &&
		 st.st_ino == ino;
	return cached;
}

/* "BLOCKER_PID=812", to be freed; NULL: it has no value, or no memory. */
static char *field_text(const char *name, const char *value)
{
	char *text = value ? text_format("%s=%s", name, value) : NULL;

	if (!text)
		return NULL;
	for (char *c = text; *c != '='; c++)
		*c = (char)toupper((unsigned char)*c);
	/* The journal shows a field of any other bytes as "blob data". */
	utf8_repair(text);
	return text;
}

static void add_field(struct iovec *iov, int *n, const char *name,
		      const char *value)
{
	char *text = field_text(name, value);

	if (text)
		iov[(*n)++] = (struct iovec){ text, strlen(text) };
}

static void log_to_journal(int priority, const struct log_context *context,
			   const char *message)
{
	const char digit[] = { (char)('0' + priority), '\0' };
	_cleanup_free_ struct iovec *iov =
		calloc(context->n_fields + 3, sizeof(*iov));
	int n = 0;

	if (!iov)
		return;
	add_field(iov, &n, "message", message);
	add_field(iov, &n, "message_id", context->message_id);
	add_field(iov, &n, "priority", digit);
	for (size_t i = 0; i < context->n_fields; i++)
		add_field(iov, &n, context->fields[i].name,
			  context->fields[i].value);
	sd_journal_sendv(iov, n);
	while (n > 0)
		free(iov[--n].iov_base);
}

void log_message(int priority, const struct log_context *context,
		 const char *format, ...)
{
	static const struct log_context none;
	_cleanup_free_ char *message = NULL;
	int saved_errno = errno;
	va_list ap;

	if (priority > max_level)
		return;
	va_start(ap, format);
	message = text_vformat(format, ap);
	va_end(ap);
	if (!message)
		fprintf(stderr, "%s: out of memory\n",
			program_invocation_short_name);
	else if (stderr_is_journal())
		log_to_journal(priority, context ? context : &none, message);
	else
		fprintf(stderr, "%s: %s\n", program_invocation_short_name,
			message);
	errno = saved_errno;
}
