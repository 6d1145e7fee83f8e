// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/grant-load.h"

#include <errno.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/names.h"
#include "policy/syntax/trusted.h"

#define SIZE_LIMIT ((size_t)32 * 1024 * 1024)

const char *const grant_load_path = POLICY_DIR_RUN "/" POLICY_GRANTS;

int grant_load(int root_fd, unsigned int trusted_uid,
	       struct policy_grants *grants, char **ret_fault)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	int r;

	r = trusted_read(root_fd, grant_load_path, trusted_uid, SIZE_LIMIT,
			 &text, &size, ret_fault);
	if (r <= 0)
		return r;
	r = policy_grants_parse(grants, text, size);
	if (r != -EINVAL && r != -ENOSPC && r != -EEXIST)
		return r;
	*ret_fault = strdup("is not as daxbrokerd writes it, so nobody knows "
			    "what is leased; remove it when no lease is left");
	return *ret_fault ? -EINVAL : -ENOMEM;
}
