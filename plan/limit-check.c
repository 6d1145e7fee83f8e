// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/limit-check.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

#include "basic/names.h"
#include "basic/size.h"
#include "basic/text.h"

#define LIMITS_MAX 4

struct question {
	const struct facts_snapshot *snapshot;
	const struct facts_device *device;
	const struct policy_decision *decision;
	const struct plan_balance *own; /* NULL: it adds no system RAM */
	struct plan_balance balance;	/* with that of what comes before it */
	struct limit_check *limits;
	size_t n_limits;
};

static int add(struct question *q, const char *name,
	       const struct policy_origin *origin, bool breaks,
	       const char *format, ...) _printf_(5, 6);

static int add(struct question *q, const char *name,
	       const struct policy_origin *origin, bool breaks,
	       const char *format, ...)
{
	va_list ap;
	char *text;

	va_start(ap, format);
	text = text_vformat(format, ap);
	va_end(ap);
	if (!text)
		return -ENOMEM;
	assert(q->n_limits < LIMITS_MAX);
	q->limits[q->n_limits++] =
		(struct limit_check){ name, *origin, breaks, text };
	return 0;
}

static int consult_fault(struct question *q)
{
	static const struct policy_origin nowhere;
	const char *fault = q->decision->limits->fault;

	if (!fault)
		return 0;
	return add(q, POLICY_CONF, &nowhere, true,
		   "it is in error, so no switch is made: %s", fault);
}

static int consult_exclusion(struct question *q)
{
	static const struct policy_origin nowhere;
	const struct policy_limits *limits = q->decision->limits;
	const struct policy_exclusion *exclusion = q->decision->exclusion;

	if (limits->n_never_touch == 0)
		return 0;
	if (exclusion)
		return add(q, "NeverTouch", &exclusion->origin, true,
			   "it excludes %s (%s)", q->device->name,
			   exclusion->text);
	return add(q, "NeverTouch",
		   limits->n_never_touch ? &limits->never_touch[0].origin
					 : &nowhere,
		   q->decision->exclusion_unknown,
		   q->decision->exclusion_unknown
			   ? "it is unknown whether it excludes %s; root can "
			     "read it"
			   : "it does not exclude %s",
		   q->device->name);
}

static uint64_t plus(uint64_t bytes, int64_t more)
{
	if (more < 0 && (uint64_t)-more > bytes)
		return 0;
	return bytes + (uint64_t)more;
}

static int consult_ratio(struct question *q)
{
	const struct policy_limits *limits = q->decision->limits;
	const struct facts_memory *memory = &q->snapshot->memory;
	uint64_t movable = plus(memory->movable, q->balance.movable);
	uint64_t kernel = plus(memory->kernel, q->balance.kernel);
	char m[SIZE_FORMAT_MAX], k[SIZE_FORMAT_MAX];
	bool breaks;

	if (!limits->movable)
		return 0;
	if (!memory->known)
		return add(q, "MaxMovableRatio", &limits->ratio_origin, true,
			   "the sizes of the zones cannot be read");
	breaks = (unsigned __int128)movable * limits->kernel >
		 (unsigned __int128)kernel * limits->movable;
	return add(q, "MaxMovableRatio", &limits->ratio_origin,
		   breaks && q->own->movable > 0,
		   "there would be %s of movable memory to %s of kernel memory "
		   "(%.2f:1); at most %" PRIu64 ":%" PRIu64 " is allowed",
		   size_format(movable, m), size_format(kernel, k),
		   kernel ? (double)movable / (double)kernel : 0.0,
		   limits->movable, limits->kernel);
}

static int consult_free(struct question *q)
{
	const struct policy_limits *limits = q->decision->limits;
	const struct facts_memory *memory = &q->snapshot->memory;
	const int64_t more = q->balance.memmap;
	char left[SIZE_FORMAT_MAX], map[SIZE_FORMAT_MAX],
		least[SIZE_FORMAT_MAX];
	uint64_t after;

	if (!limits->kernel_free)
		return 0;
	if (!memory->known)
		return add(q, "MinKernelFree", &limits->free_origin, true,
			   "the sizes of the zones cannot be read");
	after = plus(memory->kernel_free, -more);
	return add(q, "MinKernelFree", &limits->free_origin,
		   after < limits->kernel_free && q->own->memmap > 0,
		   "the kernel's map of it takes %s and leaves %s of kernel "
		   "memory free; at least %s must stay free",
		   size_format_exact(more > 0 ? (uint64_t)more : 0, map),
		   size_format_exact(after, left),
		   size_format_exact(limits->kernel_free, least));
}

static int consult(struct question *q)
{
	int r;

	r = consult_fault(q);
	if (r == 0)
		r = consult_exclusion(q);
	if (r < 0 || !q->own)
		return r;
	r = consult_ratio(q);
	if (r == 0)
		r = consult_free(q);
	return r;
}

int limit_checks_make(const struct facts_snapshot *snapshot,
		      const struct facts_device *device,
		      const struct policy_decision *decision,
		      const struct plan_balance *own,
		      const struct plan_balance *before,
		      struct limit_check **ret, size_t *ret_n)
{
	struct question q = { snapshot, device, decision, own };
	int r = 0;

	q.limits = calloc(LIMITS_MAX, sizeof(*q.limits));
	if (!q.limits)
		return -ENOMEM;
	if (own)
		q.balance = *own;
	if (before)
		plan_balance_add(&q.balance, before);
	if (decision->limits)
		r = consult(&q);
	if (r < 0) {
		limit_checks_free(q.limits, q.n_limits);
		return r;
	}
	*ret = q.limits;
	*ret_n = q.n_limits;
	return 0;
}

void limit_checks_free(struct limit_check *limits, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(limits[i].text);
	free(limits);
}
