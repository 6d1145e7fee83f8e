// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/waiting.h"

enum exit_code verb_wait(const struct arguments *arguments)
{
	uint64_t end;

	if (!waiting_read_end("timeout", arguments->timeout, &end))
		return EXIT_USAGE;
	return waiting_for(
		arguments,
		arguments->n_words > 0 ? arguments->words[0] : "settled", end);
}
