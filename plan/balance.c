// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/balance.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/names.h"
#include "basic/size.h"

/* There is one page of map for so many of memory (struct page, 64 bytes for 4
 * KiB). */
#define MEMMAP_SHARE 64

#define LIMITS_MAX 4

struct question {
	const struct facts_snapshot *snapshot;
	const struct facts_device *device;
	const struct policy_decision *decision;
	struct plan_balance balance; /* with that of what comes before it */
	struct plan_limit *limits;
	size_t n_limits;
};

/* With Zone=auto the kernel's own policy tells, see
 * Documentation/admin-guide/mm/memory-hotplug.rst. */
static bool is_movable(const struct facts_snapshot *snapshot,
		       const struct policy_decision *decision)
{
	const char *policy = snapshot->kernel.online_policy;

	if (decision->use.zone == POLICY_ZONE_AUTO)
		return policy && strcmp(policy, "auto-movable") == 0;
	return decision->use.zone == POLICY_ZONE_MOVABLE;
}

bool plan_can_map_itself(const struct facts_snapshot *snapshot,
			 const struct facts_device *device)
{
	const char *module = snapshot->kernel.memmap_on_memory;

	return device->memmap_on_memory >= 0 && module &&
	       (module[0] == 'Y' || strcmp(module, "force") == 0);
}

/* The kernel holds its map in the memory itself only where both agree. */
static bool maps_itself(const struct facts_snapshot *snapshot,
			const struct facts_device *device,
			const struct policy_decision *decision)
{
	if (!plan_can_map_itself(snapshot, device))
		return false;
	return decision->use.memmap_on_memory == POLICY_MEMMAP_AUTO
		       ? device->memmap_on_memory == 1
		       : decision->use.memmap_on_memory == POLICY_MEMMAP_YES;
}

/* More than any machine has comes from a broken or hostile sysfs, and is not
 * to overflow. */
#define BYTES_MAX (INT64_MAX / 4)

static int64_t blocks_size(const struct facts_snapshot *snapshot, uint64_t n)
{
	uint64_t bytes;

	if (__builtin_mul_overflow(n, snapshot->kernel.block_size, &bytes) ||
	    bytes > BYTES_MAX)
		return BYTES_MAX;
	return (int64_t)bytes;
}

static int64_t saturate(int64_t a, int64_t b)
{
	int64_t sum = a + b;

	return sum > BYTES_MAX	  ? BYTES_MAX
	       : sum < -BYTES_MAX ? -BYTES_MAX
				  : sum;
}

void plan_balance_add(struct plan_balance *sum, const struct plan_balance *more)
{
	sum->movable = saturate(sum->movable, more->movable);
	sum->kernel = saturate(sum->kernel, more->kernel);
	sum->memmap =
		(uint64_t)saturate((int64_t)sum->memmap, (int64_t)more->memmap);
}

struct plan_balance plan_balance(const struct facts_snapshot *snapshot,
				 const struct facts_device *device,
				 const struct policy_decision *decision)
{
	const int64_t all = blocks_size(snapshot, device->possible_blocks);
	uint64_t movable = 0, kernel = 0;
	struct plan_balance balance;

	for (size_t i = 0; i < device->n_blocks; i++) {
		const struct facts_block *b =
			&snapshot->blocks[device->blocks[i]];

		if (b->state != FACTS_BLOCK_ONLINE)
			continue;
		movable += b->zone == FACTS_ZONE_MOVABLE;
		kernel += b->zone == FACTS_ZONE_KERNEL;
	}
	balance = (struct plan_balance){
		.movable = -blocks_size(snapshot, movable),
		.kernel = -blocks_size(snapshot, kernel),
	};
	if (is_movable(snapshot, decision))
		balance.movable = saturate(balance.movable, all);
	else
		balance.kernel = saturate(balance.kernel, all);
	if (device->possible_blocks > device->n_blocks &&
	    !maps_itself(snapshot, device, decision))
		balance.memmap = (uint64_t)blocks_size(
					 snapshot, device->possible_blocks -
							   device->n_blocks) /
				 MEMMAP_SHARE;
	return balance;
}

static int tell(struct question *q, const char *name,
		const struct policy_origin *origin, bool breaks,
		const char *format, ...) _printf_(5, 6);

static int tell(struct question *q, const char *name,
		const struct policy_origin *origin, bool breaks,
		const char *format, ...)
{
	struct plan_limit *limit = &q->limits[q->n_limits];
	va_list ap;
	int r;

	va_start(ap, format);
	r = vasprintf(&limit->text, format, ap);
	va_end(ap);
	if (r < 0)
		return -ENOMEM;
	limit->name = name;
	limit->origin = *origin;
	limit->breaks = breaks;
	q->n_limits++;
	return 0;
}

static int consult_fault(struct question *q)
{
	static const struct policy_origin nowhere;
	const char *fault = q->decision->limits->fault;

	if (!fault)
		return 0;
	return tell(q, POLICY_CONF, &nowhere, true,
		    "nobody knows what it forbids, as it is in error: %s",
		    fault);
}

static int consult_bar(struct question *q)
{
	static const struct policy_origin nowhere;
	const struct policy_limits *limits = q->decision->limits;
	const struct policy_exclusion *exclusion = q->decision->exclusion;

	if (limits->n_never_touch == 0)
		return 0;
	if (exclusion)
		return tell(q, "NeverTouch", &exclusion->origin, true,
			    "%s is one of the regions that are never to be "
			    "touched (%s)",
			    q->device->name, exclusion->text);
	return tell(q, "NeverTouch",
		    limits->n_never_touch ? &limits->never_touch[0].origin
					  : &nowhere,
		    q->decision->exclusion_unknown,
		    q->decision->exclusion_unknown
			    ? "whether %s is one of the regions that are never "
			      "to be touched cannot be read; root can read it"
			    : "%s is none of the regions that are never to be "
			      "touched",
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
		return tell(q, "MaxMovableRatio", &limits->ratio_origin, true,
			    "how much memory the zones have cannot be read");
	breaks = (unsigned __int128)movable * limits->kernel >
		 (unsigned __int128)kernel * limits->movable;
	return tell(q, "MaxMovableRatio", &limits->ratio_origin,
		    breaks && q->balance.movable > 0,
		    "there would be %s of movable memory to %s of other, "
		    "%.2f:1, and at most %" PRIu64 ":%" PRIu64 " is allowed",
		    size_format(movable, m), size_format(kernel, k),
		    kernel ? (double)movable / (double)kernel : 0.0,
		    limits->movable, limits->kernel);
}

static int consult_free(struct question *q)
{
	const struct policy_limits *limits = q->decision->limits;
	const struct facts_memory *memory = &q->snapshot->memory;
	char left[SIZE_FORMAT_MAX], map[SIZE_FORMAT_MAX],
		least[SIZE_FORMAT_MAX];
	uint64_t after;

	if (!limits->kernel_free)
		return 0;
	if (!memory->known)
		return tell(q, "MinKernelFree", &limits->free_origin, true,
			    "how much memory the zones have cannot be read");
	after = q->balance.memmap < memory->kernel_free
			? memory->kernel_free - q->balance.memmap
			: 0;
	return tell(q, "MinKernelFree", &limits->free_origin,
		    after < limits->kernel_free && q->balance.memmap > 0,
		    "the kernel's map of it takes %s, which leaves %s of its "
		    "memory free, and at least %s is to be",
		    size_format_exact(q->balance.memmap, map),
		    size_format_exact(after, left),
		    size_format_exact(limits->kernel_free, least));
}

static int consult(struct question *q)
{
	int r;

	r = consult_fault(q);
	if (r == 0)
		r = consult_bar(q);
	if (r < 0 || q->decision->use.mode != POLICY_MODE_SYSTEM_RAM)
		return r;
	r = consult_ratio(q);
	if (r == 0)
		r = consult_free(q);
	return r;
}

int plan_limits_consult(const struct facts_snapshot *snapshot,
			const struct facts_device *device,
			const struct policy_decision *decision,
			const struct plan_balance *before,
			struct plan_limit **ret, size_t *ret_n)
{
	struct question q = { snapshot, device, decision };
	int r = 0;

	q.limits = calloc(LIMITS_MAX, sizeof(*q.limits));
	if (!q.limits)
		return -ENOMEM;
	q.balance = plan_balance(snapshot, device, decision);
	if (before)
		plan_balance_add(&q.balance, before);
	if (decision->limits)
		r = consult(&q);
	if (r < 0) {
		plan_limits_free(q.limits, q.n_limits);
		return r;
	}
	*ret = q.limits;
	*ret_n = q.n_limits;
	return 0;
}

void plan_limits_free(struct plan_limit *limits, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(limits[i].text);
	free(limits);
}
