// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/override-store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/names.h"
#include "basic/open-below.h"
#include "basic/replace-file.h"
#include "basic/run-dir.h"

static bool has_any(const struct policy_overrides *overrides,
		    enum policy_override_scope scope)
{
	for (size_t i = 0; i < overrides->n; i++)
		if (overrides->items[i].scope == scope)
			return true;
	return false;
}

/* /etc/daxbroker comes with the package. */
static int open_directory(int root_fd, enum policy_override_scope scope)
{
	if (scope == POLICY_OVERRIDE_BOOT)
		return run_dir_open(root_fd);
	return open_below(root_fd, POLICY_DIR_ETC, O_RDONLY | O_DIRECTORY);
}

int override_store_write(int root_fd, const struct policy_overrides *overrides,
			 enum policy_override_scope scope)
{
	_cleanup_free_ char *text = policy_overrides_print(overrides, scope);
	_cleanup_close_ int dir = -1;

	if (!text)
		return -ENOMEM;
	dir = open_directory(root_fd, scope);
	if (has_any(overrides, scope))
		return dir < 0 ? dir
			       : replace_file(dir, POLICY_OVERRIDES, text);
	if (dir < 0)
		return dir == -ENOENT ? 0 : dir;
	return unlinkat(dir, POLICY_OVERRIDES, 0) < 0 && errno != ENOENT
		       ? -errno
		       : 0;
}
