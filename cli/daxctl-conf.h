/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_DAXCTL_CONF_H
#define CLI_DAXCTL_CONF_H

#include <stdbool.h>
#include <stddef.h>

/*
 * daxctl's own configuration: daxctl.conf and daxctl.conf.d/, see PERSISTENT
 * RECONFIGURATION in daxctl-reconfigure-device(1).
 */

/* A section of it. */
struct daxctl_section {
	char *file; /* where it stands */
	unsigned int line;
	char *header; /* "reconfigure-device scratch" */
	char *uuid;   /* lower case, or NULL */
	bool devdax;  /* it is no system RAM */
	bool kernel_zone;
	char *fault; /* why there is no policy that says the same, or NULL */
};

struct daxctl_conf {
	struct daxctl_section *sections;
	size_t n_sections;
};

void daxctl_conf_done(struct daxctl_conf *conf);

/* Adds the sections of a file's text. Returns 0 or -ENOMEM. */
int daxctl_conf_add(struct daxctl_conf *conf, const char *file,
		    const char *text, size_t size);

/* Marks sections about what an earlier one is about. Returns 0 or -ENOMEM. */
int daxctl_conf_finish(struct daxctl_conf *conf);

/* The policy that says the same, to be freed; NULL: out of memory. The section
 * has no fault. */
char *daxctl_conf_policy(const struct daxctl_section *section);

/* "20-scratch.region", to be freed; NULL: out of memory. */
char *daxctl_conf_name(const struct daxctl_section *section);

#endif
