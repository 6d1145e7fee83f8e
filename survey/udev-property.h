/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SURVEY_UDEV_PROPERTY_H
#define SURVEY_UDEV_PROPERTY_H

#include <stdio.h>

#include "survey/survey.h"

/*
 * What udev's rules are given of a device (udev-rules/91-daxbroker.rules.in),
 * as lines "DAXBROKER_KEY=VALUE".
 */

/* What policies say of it: a name only if nothing else claims it, and what has
 * an effect in its mode. To be freed; NULL: out of memory. */
char *udev_property_decided(const struct survey *survey,
			    const struct plan_item *item);

/* Its names below /dev/daxbroker/by-id, which do not change when the kernel's
 * numbers do. To be freed; NULL: out of memory. */
char *udev_property_identified(const struct survey *survey,
			       const struct plan_item *item);

/*
 * All devices' decided lines, as the daemon publishes them: those of one follow
 * the line of its identity, and an empty line ends them. To be freed; NULL: out
 * of memory.
 */
char *udev_property_publish(const struct survey *survey);

/* Those of one device in such a text, to be freed; NULL: it is not there. */
char *udev_property_published(FILE *published, const char *identity);

#endif
