/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_BROKER_CASE_H
#define TESTS_BROKER_CASE_H

#include "world.h"

/* What the cases of the broker have in common: each has a new world. */

#define TO_RAM "[Match]\nProvider=hmem\n[Region]\nMode=system-ram\n"
#define TO_KEEP "[Match]\nProvider=hmem\n[Region]\nMode=keep\n"
#define SECOND UINT64_C(1000000)

extern struct world world;

int broker_case_set_up(void **state);
int broker_case_tear_down(void **state);

#define broker_test(f)                                         \
	cmocka_unit_test_setup_teardown(f, broker_case_set_up, \
					broker_case_tear_down)

/* The cases of each subject: how many have failed. */
int broker_events_run(void);
int broker_lease_run(void);
int broker_lease_end_run(void);
int broker_lease_path_run(void);
int broker_names_run(void);
int broker_retry_run(void);
int broker_stop_run(void);
int broker_recovery_run(void);

#endif
