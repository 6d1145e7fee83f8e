// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/lease/remnant.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool overlap(struct phys_range a, struct phys_range b)
{
	return a.start <= b.end && b.start <= a.end;
}

/* They ascend, and each begins where it is looked for: so no gap is missed. */
static enum remnant_content find_one(const struct policy_grants *grants,
				     struct phys_range range, uid_t uid)
{
	enum remnant_content content = REMNANT_IS_ZERO;
	uint64_t at = range.start;

	for (size_t i = 0; i < grants->n_remnants; i++) {
		const struct policy_remnant *remnant = &grants->remnants[i];

		if (remnant->range.start > at || remnant->range.end < at)
			continue;
		if (remnant->uid != REMNANT_ZERO && remnant->uid != uid)
			return REMNANT_UNKNOWN;
		if (remnant->uid != REMNANT_ZERO)
			content = REMNANT_IS_OWN;
		if (remnant->range.end >= range.end)
			return content;
		at = remnant->range.end + 1;
	}
	return REMNANT_UNKNOWN;
}

static const struct policy_remnant *
find_whole(const struct policy_grants *grants, struct phys_range range)
{
	for (size_t i = 0; i < grants->n_remnants; i++)
		if (grants->remnants[i].range.start == range.start &&
		    grants->remnants[i].range.end == range.end)
			return &grants->remnants[i];
	return NULL;
}

enum remnant_content lease_remnant_find(const struct policy_grants *grants,
					const struct phys_range *ranges,
					size_t n, uid_t uid,
					const struct policy_remnant **ret_whole)
{
	enum remnant_content content = n ? REMNANT_IS_ZERO : REMNANT_UNKNOWN;

	*ret_whole = n == 1 ? find_whole(grants, ranges[0]) : NULL;
	for (size_t i = 0; i < n && content != REMNANT_UNKNOWN; i++) {
		enum remnant_content one = find_one(grants, ranges[i], uid);

		if (one != REMNANT_IS_ZERO)
			content = one;
	}
	return content;
}

/* Puts what is left of @remnant without @range into @list. */
static void take_rest(const struct policy_remnant *remnant,
		      struct phys_range range, struct policy_remnant *list,
		      size_t *n)
{
	struct policy_remnant part = *remnant;

	if (!overlap(remnant->range, range)) {
		list[(*n)++] = part;
		return;
	}
	/* A part is not the content of a lease that one could come back to. */
	memset(part.incarnation, 0, sizeof(part.incarnation));
	if (remnant->range.start < range.start) {
		part.range.end = range.start - 1;
		list[(*n)++] = part;
	}
	if (remnant->range.end > range.end) {
		part.range.start = range.end + 1;
		part.range.end = remnant->range.end;
		list[(*n)++] = part;
	}
}

int lease_remnant_cut(struct policy_grants *grants, struct phys_range range)
{
	struct policy_remnant *list;
	bool cut = false;
	size_t n = 0;

	for (size_t i = 0; i < grants->n_remnants; i++)
		cut |= overlap(grants->remnants[i].range, range);
	if (!cut)
		return 0;
	/* A power of two, as ARRAY_GROW() goes on with it. */
	for (n = 1; n < grants->n_remnants + 1;)
		n *= 2;
	list = calloc(n, sizeof(*list));
	if (!list)
		return -ENOMEM;
	n = 0;
	for (size_t i = 0; i < grants->n_remnants; i++)
		take_rest(&grants->remnants[i], range, list, &n);
	free(grants->remnants);
	grants->remnants = list;
	grants->n_remnants = n;
	return 1;
}

static bool is_zero(const struct policy_remnant *remnant)
{
	return remnant->uid == REMNANT_ZERO;
}

/* Zeros side by side are one remnant. */
static int join(struct policy_grants *grants, struct policy_remnant *remnant)
{
	int r = 0;

	for (size_t i = 0; i < grants->n_remnants && r >= 0; i++) {
		const struct policy_remnant other = grants->remnants[i];

		if (!is_zero(&other))
			continue;
		if (other.range.end + 1 == remnant->range.start)
			remnant->range.start = other.range.start;
		else if (remnant->range.end + 1 == other.range.start)
			remnant->range.end = other.range.end;
		else
			continue;
		r = lease_remnant_cut(grants, other.range);
		i--;
	}
	return r < 0 ? r : 0;
}

static int add(struct policy_grants *grants, struct policy_remnant *remnant)
{
	int r = lease_remnant_cut(grants, remnant->range);

	if (r >= 0 && is_zero(remnant))
		r = join(grants, remnant);
	if (r >= 0)
		r = policy_grants_add_remnant(grants, remnant);
	/* What there is no room for is cleared again. */
	return r == -ENOMEM ? r : 0;
}

int lease_remnant_add(struct policy_grants *grants,
		      const struct policy_grant *grant, bool zero)
{
	int r = 0;

	for (size_t i = 0; i < grant->n_ranges && r == 0; i++) {
		struct policy_remnant remnant = {
			.range = grant->ranges[i],
			.uid = zero ? REMNANT_ZERO : grant->uid,
		};

		if (!zero && grant->n_ranges == 1)
			memcpy(remnant.incarnation, grant->incarnation,
			       sizeof(remnant.incarnation));
		r = add(grants, &remnant);
	}
	return r;
}
