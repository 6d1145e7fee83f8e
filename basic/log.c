// SPDX-License-Identifier: GPL-2.0-or-later
#include "basic/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>

#include "basic/text.h"

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

static void log_to_journal(int priority, const struct log_context *context,
			   const char *message)
{
	const struct {
		const char *field;
		const char *value;
	} fields[] = {
		{ "MESSAGE", message },
		{ "MESSAGE_ID", context->message_id },
		{ "DAX_DEVICE", context->device },
		{ "REGION", context->region },
		{ "POLICY", context->policy },
		{ "JOB_ID", context->job },
		{ "NODE", context->node },
	};
	char *text[ARRAY_SIZE(fields) + 1] = { NULL };
	struct iovec iov[ARRAY_SIZE(fields) + 1];
	int n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		if (!fields[i].value)
			continue;
		text[n] =
			text_format("%s=%s", fields[i].field, fields[i].value);
		n += text[n] != NULL;
	}
	text[n] = text_format("PRIORITY=%d", priority);
	n += text[n] != NULL;
	for (int i = 0; i < n; i++)
		iov[i] = (struct iovec){ text[i], strlen(text[i]) };
	sd_journal_sendv(iov, n);
	for (int i = 0; i < n; i++)
		free(text[i]);
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
