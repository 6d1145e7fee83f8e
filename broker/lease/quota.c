// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/lease/quota.h"

#include <errno.h>
#include <string.h>

#include "basic/size.h"
#include "basic/text-stream.h"
#include "basic/text.h"

void lease_quota_count(struct lease_quota *quota, const struct lease *lease,
		       const char *pool, uid_t uid)
{
	if (lease->grant.uid != uid)
		return;
	if (lease->waiting || lease->grant.state == POLICY_GRANT_MAKING)
		quota->n_waiting++;
	else
		quota->n_leases++;
	if (strcmp(lease->grant.pool, pool) == 0)
		quota->bytes += lease->size;
}

static int check_size(const struct policy_pool *pool, uint64_t size,
		      char **ret_why)
{
	char have[SIZE_FORMAT_MAX], limit[SIZE_FORMAT_MAX];

	size_format_exact(size, have);
	if (pool->min_lease && size < pool->min_lease)
		*ret_why = text_format(
			"A lease of pool %s has at least %s, and not %s "
			"(MinLease=).",
			pool->name, size_format_exact(pool->min_lease, limit),
			have);
	else if (pool->max_lease && size > pool->max_lease)
		*ret_why = text_format(
			"A lease of pool %s has at most %s, and not %s "
			"(MaxLease=).",
			pool->name, size_format_exact(pool->max_lease, limit),
			have);
	else
		return 0;
	return -EINVAL;
}

static int check_counts(const struct lease_quota *quota, uid_t uid,
			char **ret_why)
{
	if (uid == 0)
		return 0;
	if (quota->n_leases + quota->n_waiting >= QUOTA_LEASES)
		*ret_why = text_format("User %u has %u leases already.", uid,
				       quota->n_leases + quota->n_waiting);
	else if (quota->n_waiting >= QUOTA_WAITING)
		*ret_why = text_format("User %u has %u requests already that "
				       "wait.",
				       uid, quota->n_waiting);
	else
		return 0;
	return -EDQUOT;
}

/* In the policy's words. */
static char *describe_allowed(const struct policy_pool *pool, uid_t uid)
{
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	FILE *f = text_stream_open(&stream);

	if (!f)
		return NULL;
	fprintf(f, "User %u may not lease memory of pool %s. ", uid,
		pool->name);
	fputs("Its policy allows root", f);
	if (pool->users)
		fprintf(f, ", AllowUsers=%s", pool->users);
	if (pool->groups)
		fprintf(f, ", AllowGroups=%s", pool->groups);
	fputc('.', f);
	return text_stream_take(&stream);
}

int lease_quota_check(const struct lease_quota *quota,
		      const struct policy_pool *pool,
		      const struct lease_request *request, uint64_t size,
		      char **ret_why)
{
	char have[SIZE_FORMAT_MAX], limit[SIZE_FORMAT_MAX];
	uint64_t sum;
	int r;

	if (!policy_pool_allows(pool, request->uid, request->groups,
				request->n_groups)) {
		*ret_why = describe_allowed(pool, request->uid);
		return -EPERM;
	}
	r = check_size(pool, size, ret_why);
	if (r == 0)
		r = check_counts(quota, request->uid, ret_why);
	if (r < 0 || !pool->max_per_user || request->uid == 0)
		return r;
	if (!__builtin_add_overflow(quota->bytes, size, &sum) &&
	    sum <= pool->max_per_user)
		return 0;
	*ret_why = text_format("A user has at most %s of pool %s "
			       "(MaxPerUser=), and user %u has %s already.",
			       size_format_exact(pool->max_per_user, limit),
			       pool->name, request->uid,
			       size_format_exact(quota->bytes, have));
	return -EDQUOT;
}
