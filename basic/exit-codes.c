// SPDX-License-Identifier: GPL-2.0-or-later
#include "basic/exit-codes.h"

const struct exit_code_text exit_code_texts[] = {
	{ EXIT_OK, "everything is as the policies decide" },
	{ EXIT_ERROR, "the program itself failed" },
	{ EXIT_USAGE, "the command line is wrong" },
	{ EXIT_NOT_FOUND, "no such device, region or node name" },
	{ EXIT_POLICY, "a policy file is in error" },
	{ EXIT_REFUSED,
	  "a switch is, or would be, refused; nothing was changed" },
	{ EXIT_FAILED, "a switch failed, or memory is stranded" },
	{ EXIT_UNREACHABLE, "the daemon does not run or does not answer" },
	{ EXIT_PENDING, "a switch is waiting or under way" },
	{ EXIT_DENIED, "not permitted: it takes root, or polkit's consent" },
	{ 0, NULL },
};
