// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/override-load.h"

#include <errno.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/names.h"
#include "policy/syntax/trusted.h"

#define SIZE_LIMIT ((size_t)32 * 1024 * 1024)

const char *const override_load_paths[POLICY_OVERRIDE_SCOPES] = {
	[POLICY_OVERRIDE_PERSISTENT] = POLICY_DIR_ETC "/" POLICY_OVERRIDES,
	[POLICY_OVERRIDE_BOOT] = POLICY_DIR_RUN "/" POLICY_OVERRIDES,
};

int override_load(int root_fd, unsigned int trusted_uid,
		  enum policy_override_scope scope,
		  struct policy_overrides *overrides, char **ret_fault)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	int r;

	r = trusted_read(root_fd, override_load_paths[scope], trusted_uid,
			 SIZE_LIMIT, &text, &size, ret_fault);
	if (r <= 0)
		return r;
	r = policy_overrides_parse(overrides, scope, text, size);
	if (r != -EINVAL && r != -EDQUOT && r != -ERANGE)
		return r;
	*ret_fault = strdup("is not as daxbrokerd writes it; remove it, or put "
			    "it right");
	return *ret_fault ? -EINVAL : -ENOMEM;
}
