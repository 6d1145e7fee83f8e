/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_HOST_FACT_H
#define POLICY_HOST_FACT_H

#include "policy/fact.h"
#include "policy/setting-row.h"

/*
 * The conditions on the machine that systemd.link(5) has, each with the
 * meaning of the condition of the same name in systemd.unit(5): parsers of the
 * settings table, with a struct policy_value as target, and the facts.
 */
extern const struct policy_fact policy_fact_host;
extern const struct policy_fact policy_fact_virtualization;
extern const struct policy_fact policy_fact_command_line;
extern const struct policy_fact policy_fact_architecture;

int host_fact_parse_host(const struct policy_setting *setting,
			 const char *value, void *target, char **ret_message);
int host_fact_parse_virtualization(const struct policy_setting *setting,
				   const char *value, void *target,
				   char **ret_message);
int host_fact_parse_command_line(const struct policy_setting *setting,
				 const char *value, void *target,
				 char **ret_message);
int host_fact_parse_architecture(const struct policy_setting *setting,
				 const char *value, void *target,
				 char **ret_message);

#endif
