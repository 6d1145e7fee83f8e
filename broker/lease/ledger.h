/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_LEASE_LEDGER_H
#define BROKER_LEASE_LEDGER_H

#include <stdbool.h>

#include "policy/grant.h"

/*
 * The grants in force, and the same in the file POLICY_GRANTS of RUN_DIR. What
 * is to change is changed in a draft; when that is on disk, whole, it takes the
 * place of what is in force. So nothing is acted on that a crash would undo.
 */
struct lease_ledger {
	int root_fd;
	struct policy_grants *in_force; /* borrowed; NULL before the first
					 * policies are read */
};

/* @in_force (what the policies were read with) are the grants from now on. As
 * long as there were none, those that the file had; else what was in force goes
 * into them, whatever the file says. True: they are the file's. */
bool lease_ledger_attach(struct lease_ledger *ledger,
			 struct policy_grants *in_force);

/* A copy, to be changed, and then committed or cleared. 0; -ENOMEM; or
 * -EAGAIN: there is none yet. */
int lease_ledger_draft(const struct lease_ledger *ledger,
		       struct policy_grants *ret);

/* Takes @draft over when it is on disk; else it is cleared, and nothing has
 * changed. 0 or a negative errno. */
int lease_ledger_commit(struct lease_ledger *ledger,
			struct policy_grants *draft);

#endif
