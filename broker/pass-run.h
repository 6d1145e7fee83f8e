/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_PASS_RUN_H
#define BROKER_PASS_RUN_H

/* A pass is due: the policies are read if somebody wants that, the machine is
 * surveyed, and jobs begin. For a timer; @userdata is the broker. */
void pass_run(void *userdata);

#endif
