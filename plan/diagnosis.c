// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/diagnosis.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "basic/array.h"
#include "basic/text.h"

static const char *const verdict_names[] = {
	[DIAGNOSIS_FREE] = "free",
	[DIAGNOSIS_UNKNOWN] = "unknown",
	[DIAGNOSIS_MAYBE] = "maybe",
	[DIAGNOSIS_BLOCKED] = "blocked",
};

const char *diagnosis_verdict_name(enum diagnosis_verdict verdict)
{
	assert(verdict < DIAGNOSIS_VERDICTS);
	return verdict_names[verdict];
}

static int add(struct diagnosis *d, struct diagnosis_finding finding,
	       char *what)
{
	size_t at = 0;

	finding.what = what;
	if (!what || ARRAY_GROW(d->findings, d->n_findings) < 0) {
		free(finding.blocks);
		free(what);
		return -ENOMEM;
	}
	while (at < d->n_findings && d->findings[at].verdict >= finding.verdict)
		at++;
	memmove(&d->findings[at + 1], &d->findings[at],
		(d->n_findings - at) * sizeof(*d->findings));
	d->findings[at] = finding;
	d->n_findings++;
	if (finding.verdict > d->verdict)
		d->verdict = finding.verdict;
	return 0;
}

int diagnosis_add(struct diagnosis *d, struct diagnosis_finding finding,
		  const char *format, ...)
{
	char *what;
	va_list ap;

	va_start(ap, format);
	what = text_vformat(format, ap);
	va_end(ap);
	return add(d, finding, what);
}

int diagnosis_add_process(struct diagnosis *d, const char *kind,
			  const struct facts_resident *resident,
			  struct diagnosis_finding finding, const char *format,
			  ...)
{
	_cleanup_free_ char *text = NULL;
	va_list ap;

	va_start(ap, format);
	text = text_vformat(format, ap);
	va_end(ap);
	if (!text)
		return -ENOMEM;
	finding.kind = kind;
	finding.resident = resident;
	return add(d, finding,
		   text_format("process %d (%s%s%s) %s", resident->pid,
			       resident->command,
			       resident->cgroup ? ", in " : "",
			       resident->cgroup ? resident->cgroup : "", text));
}

void diagnosis_free(struct diagnosis *diagnosis)
{
	for (size_t i = 0; i < diagnosis->n_findings; i++) {
		free(diagnosis->findings[i].blocks);
		free(diagnosis->findings[i].what);
	}
	free(diagnosis->findings);
	free(diagnosis->summary);
	free(diagnosis);
}
