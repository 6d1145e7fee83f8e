/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_ERRAND_H
#define CLI_ERRAND_H

#include "cli/job-lines.h"
#include "cli/mirror.h"
#include "cli/verb.h"

/* What the daemon is to do for the operands of devices, or for all devices
 * where there are none, and what became of it. */
struct errand {
	struct mirror *mirror;
	struct job_lines lines;
	const struct arguments *devices; /* borrowed */
};

/* Returns EXIT_OK; or the status to exit with after saying why. */
enum exit_code errand_open(struct errand *errand,
			   const struct arguments *devices);
void errand_close(struct errand *errand);
#define _cleanup_errand_ _cleanup_(errand_close)

/* Sends @message, which needs this polkit action, and waits until it is done.
 * The same. */
enum exit_code errand_send(struct errand *errand, sd_bus_message *message,
			   const char *action);

/* Prints the devices, and returns their status. */
enum exit_code errand_print(const struct errand *errand);

#endif
