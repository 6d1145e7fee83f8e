// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/source.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "basic/array.h"
#include "basic/text.h"

struct policy_source *policy_source_new(const char *name)
{
	_cleanup_policy_source_ struct policy_source *source =
		calloc(1, sizeof(*source));

	if (!source)
		return NULL;
	source->name = strdup(name);
	if (!source->name)
		return NULL;
	return TAKE_PTR(source);
}

void policy_source_free(struct policy_source *source)
{
	for (size_t i = 0; i < source->n_diagnostics; i++)
		free((char *)source->diagnostics[i].message);
	free(source->diagnostics);
	free(source->name);
	free(source);
}

/* Puts @diagnostic behind those of its line, so that they stay in order. */
static int insert(struct policy_source *source,
		  const struct policy_diagnostic *diagnostic)
{
	struct policy_diagnostic *items;
	size_t i = source->n_diagnostics;

	if (ARRAY_GROW(source->diagnostics, i) < 0)
		return -ENOMEM;
	items = source->diagnostics;
	for (; i > 0 && items[i - 1].line > diagnostic->line; i--)
		items[i] = items[i - 1];
	items[i] = *diagnostic;
	source->n_diagnostics++;
	return 0;
}

int policy_source_report(struct policy_source *source,
			 enum policy_severity severity,
			 struct policy_position position, const char *format,
			 ...)
{
	size_t *count = severity == POLICY_ERROR ? &source->n_errors
						 : &source->n_warnings;
	struct policy_diagnostic diagnostic = {
		.severity = severity,
		.file = source->name,
		.line = position.line,
		.column = position.column,
	};
	_cleanup_free_ char *message = NULL;
	va_list ap;
	int r;

	if (++*count > POLICY_DIAGNOSTICS_MAX)
		return 0;
	va_start(ap, format);
	message = text_vformat(format, ap);
	va_end(ap);
	if (!message)
		return -ENOMEM;
	diagnostic.message = message;
	r = insert(source, &diagnostic);
	if (r == 0)
		TAKE_PTR(message);
	return r;
}

const struct policy_diagnostic *
policy_source_error(const struct policy_source *source)
{
	for (size_t i = 0; i < source->n_diagnostics; i++)
		if (source->diagnostics[i].severity == POLICY_ERROR)
			return &source->diagnostics[i];
	return NULL;
}
