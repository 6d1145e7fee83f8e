// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/outcome.h"

#include <assert.h>
#include <syslog.h>

#include "basic/names.h"

static const struct outcome outcomes[RECORD_OUTCOMES] = {
	[RECORD_PENDING] = { "pending", EXIT_PENDING, false, LOG_DEBUG, NULL },
	[RECORD_AS_DECIDED] = { "as-decided", EXIT_OK, false, LOG_INFO, NULL },
	[RECORD_SWITCHED] = { "switched", EXIT_OK, false, LOG_NOTICE,
			      MESSAGE_ID_SWITCHED },
	[RECORD_RESTORED] = { "restored", EXIT_OK, false, LOG_NOTICE,
			      MESSAGE_ID_RESTORED },
	[RECORD_KEPT] = { "kept", EXIT_OK, false, LOG_INFO, NULL },
	[RECORD_REFUSED] = { "refused", EXIT_REFUSED, false, LOG_WARNING,
			     MESSAGE_ID_REFUSED },
	[RECORD_FAILED] = { "failed", EXIT_FAILED, true, LOG_ERR,
			    MESSAGE_ID_FAILED },
	[RECORD_STUCK] = { "stuck", EXIT_FAILED, true, LOG_ERR,
			   MESSAGE_ID_FAILED },
	[RECORD_CONTENDED] = { "contended", EXIT_FAILED, true, LOG_ERR,
			       MESSAGE_ID_CONTENDED },
	[RECORD_POLICY_ERROR] = { "policy-error", EXIT_POLICY, true,
				  LOG_WARNING, MESSAGE_ID_POLICY_ERROR },
	[RECORD_STRANDED] = { "stranded", EXIT_FAILED, true, LOG_ERR,
			      MESSAGE_ID_STRANDED },
};

const struct outcome *outcome_get(enum record_outcome outcome)
{
	assert(outcome < RECORD_OUTCOMES);
	return &outcomes[outcome];
}
