// SPDX-License-Identifier: GPL-2.0-only
/* A guard: must not compile. */
#include <linux/module.h>

int probe(void)
{
	return no_kernel_has_a_function_of_this_name();
}
