// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker-case.h"

struct world world;

int broker_case_set_up(void **state _unused_)
{
	world_make(&world);
	return 0;
}

int broker_case_tear_down(void **state _unused_)
{
	world_remove(&world);
	return 0;
}
