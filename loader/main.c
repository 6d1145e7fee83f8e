// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Loads modules for devices without a policy, in the way in which daxbrokerd
 * loads them for others: daxbroker-kmem.service.
 */
#include <fcntl.h>
#include <stdlib.h>

#include "act/module.h"
#include "basic/cleanup.h"

int main(int argc, char **argv)
{
	_cleanup_close_ int root_fd = open("/", O_DIRECTORY | O_CLOEXEC);
	int status = EXIT_SUCCESS;

	for (int i = 1; i < argc; i++)
		if (module_load(root_fd, argv[i]) < 0)
			status = EXIT_FAILURE;
	return status;
}
