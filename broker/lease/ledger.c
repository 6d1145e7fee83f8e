// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/lease/ledger.h"

#include <errno.h>

#include "act/crash.h"
#include "basic/cleanup.h"
#include "basic/names.h"
#include "basic/run-dir.h"

bool lease_ledger_attach(struct lease_ledger *ledger,
			 struct policy_grants *in_force)
{
	struct policy_grants *before = ledger->in_force;
	const bool has_any =
		before && (before->n > 0 || before->n_remnants > 0);

	/* A file that made no sense may have been put right. */
	if (has_any) {
		policy_grants_clear(in_force);
		*in_force = *before;
		*before = (struct policy_grants){ 0 };
	}
	ledger->in_force = in_force;
	return !has_any;
}

int lease_ledger_draft(const struct lease_ledger *ledger,
		       struct policy_grants *ret)
{
	if (!ledger->in_force)
		return -EAGAIN;
	return policy_grants_copy(ledger->in_force, ret);
}

static int write_grants(int root_fd, const struct policy_grants *grants)
{
	_cleanup_free_ char *text = NULL;

	if (grants->n == 0 && grants->n_remnants == 0)
		return run_dir_remove(root_fd, POLICY_GRANTS);
	text = policy_grants_print(grants);
	return text ? run_dir_write(root_fd, POLICY_GRANTS, text) : -ENOMEM;
}

int lease_ledger_commit(struct lease_ledger *ledger,
			struct policy_grants *draft)
{
	int r;

	crash_daemon(ledger->root_fd, "grant");
	r = write_grants(ledger->root_fd, draft);
	crash_daemon(ledger->root_fd, "granted");
	if (r < 0) {
		policy_grants_clear(draft);
		return r;
	}
	policy_grants_clear(ledger->in_force);
	*ledger->in_force = *draft;
	*draft = (struct policy_grants){ 0 };
	return 0;
}
