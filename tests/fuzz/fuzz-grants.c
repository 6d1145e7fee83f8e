// SPDX-License-Identifier: GPL-2.0-or-later
/* The file of grants: what is read makes sense, and is the same when it is
 * written and read again. */
#include <errno.h>
#include <string.h>

#include "basic/cleanup.h"
#include "policy/grant.h"
#include "policy/pool-layout.h"
#include "tests/fuzz/fuzz.h"

static void check_grant(const struct policy_grants *grants, size_t index)
{
	const struct policy_grant *grant = &grants->items[index];

	must(grant->id != 0 && grant->n_ranges > 0);
	must(index == 0 || grants->items[index - 1].id < grant->id);
	must(policy_grants_find(grants, grant->id) == grant);
	for (size_t i = 0; i < grant->n_ranges; i++)
		must(policy_grants_find_at(grants, &grant->ranges[i], 1) ==
		     grant);
}

static void check_remnant(const struct policy_grants *grants, size_t index)
{
	const struct phys_range range = grants->remnants[index].range;

	must(range.start <= range.end);
	must(index == 0 || grants->remnants[index - 1].range.end < range.start);
}

static void check_again(const struct policy_grants *grants)
{
	_cleanup_free_ char *text = policy_grants_print(grants);
	_cleanup_free_ char *other = NULL;
	struct policy_grants again = { 0 };

	must(text);
	must(policy_grants_parse(&again, text, strlen(text)) == 0);
	must(again.n == grants->n && again.n_remnants == grants->n_remnants);
	other = policy_grants_print(&again);
	must(other && strcmp(text, other) == 0);
	policy_grants_clear(&again);
}

/* No slice of a region shares memory with another one. */
static void check_layout(const struct policy_layout *layout)
{
	for (size_t i = 0; i < layout->n_slices; i++)
		for (size_t j = 0; j < i; j++)
			for (size_t k = 0; k < layout->slices[i].n_ranges; k++)
				must(!layout->slices[j].grant ||
				     layout->slices[j].ranges->start !=
					     layout->slices[i].ranges[k].start);
}

static void check_region(const struct policy_grants *grants)
{
	const struct policy_extent extent = {
		.dynamic = true,
		.size = UINT64_C(1) << 30,
		.align = UINT64_C(2) << 20,
		.start_known = true,
		.start = UINT64_C(4) << 30,
		.block_size = UINT64_C(128) << 20,
	};
	const struct policy_pool pool = { .name = "hbm" };
	struct policy_layout *layout;

	must(policy_pool_layout_make(&pool, &extent, grants, &layout) == 0);
	must(layout->message);
	if (layout->fault == POLICY_LAYOUT_FITS) {
		must(layout->unused + layout->waste <= extent.size);
		check_layout(layout);
	}
	policy_layout_free(layout);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct policy_grants grants = { 0 };
	int r = policy_grants_parse(&grants, (const char *)data, size);

	must(r == 0 || r == -EINVAL || r == -EEXIST || r == -ENOSPC);
	for (size_t i = 0; i < grants.n; i++)
		check_grant(&grants, i);
	for (size_t i = 0; i < grants.n_remnants; i++)
		check_remnant(&grants, i);
	check_again(&grants);
	check_region(&grants);
	policy_grants_clear(&grants);
	return 0;
}
