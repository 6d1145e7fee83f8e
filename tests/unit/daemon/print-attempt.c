// SPDX-License-Identifier: GPL-2.0-or-later
/* Prints when the last attempt at switching a device began, as "daxbroker
 * diagnose" asks for it; 0: not known.
 * usage: print-attempt DEVICE */
#include <inttypes.h>
#include <stdio.h>

#include "cli/attempt.h"

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	printf("%" PRIu64 "\n", attempt_time(argv[1]));
	return 0;
}
