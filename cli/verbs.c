// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdint.h>

#include "cli/verb.h"

const struct verb_option verb_options[] = {
	{ 'j', "json", NULL, "print JSON" },
	{ 'o', "output", "COLUMN,...", "columns to print; +COLUMN,... adds" },
	{ 't', "tree", NULL, "regions, with their devices below" },
	{ 'n', "noheadings", NULL, "no line of column names" },
	{ 'r', "raw", NULL, "columns without alignment" },
	{ 'b', "bytes", NULL, "sizes in bytes" },
	{ 's', "strict", NULL, "take a warning for an error" },
	{ 'q', "quiet", NULL, "no remarks on standard error" },
	{ 'S', "summary", NULL, "count devices instead of listing them" },
	{ 'M', "identify", NULL, "with the machine ID, which is confidential" },
	{ 'F', "facts", "FILE",
	  "decide for the machines of these files, FILE and the operands" },
	{ 'R', "root", "DIR", "read the machine and the policies below DIR" },
	{ 0 },
};

const struct verb verbs[] = {
	{ "list", "[DEVICE...]", "ojtnrbqR", 0, SIZE_MAX,
	  "devices, what they are and what they shall be", false, verb_list },
	{ "show", "[DEVICE...]", "jbqR", 0, SIZE_MAX,
	  "everything about devices", false, verb_show },
	{ "check", "", "jsFR", 0, 0, "look for mistakes in the policy files",
	  false, verb_check },
	{ "explain", "[DEVICE...]", "jqFR", 0, SIZE_MAX,
	  "which file decided, and why no earlier one did", false,
	  verb_explain },
	{ "plan", "[DEVICE...]", "jnrqSFR", 0, SIZE_MAX,
	  "what would be done, step by step, doing nothing", false, verb_plan },
	{ "diagnose", "DEVICE", "jR", 1, 1,
	  "what keeps a device's memory from going offline, and what to do",
	  false, verb_diagnose },
	{ "facts", "", "MR", 0, 0,
	  "what a decision needs of this machine, for --facts elsewhere", false,
	  verb_facts },
	{ "apply", "", "jnr", 0, 0,
	  "have the daemon read the policies and carry them out; waits", false,
	  verb_apply },
	{ "status", "", "jnr", 0, 0, "what the daemon last did", false,
	  verb_status },
	{ "node", "NAME", "R", 1, 1, "the number of the NUMA node of that name",
	  false, verb_node },
	{ "udev", "SUBSYSTEM SYSNAME", "R", 2, 2, "properties for udev rules",
	  true, verb_udev },
	{ "tables", "", "", 0, 0, "verbs, options, columns and exit statuses",
	  true, verb_tables },
	{ 0 },
};
