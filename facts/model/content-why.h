/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_MODEL_CONTENT_WHY_H
#define FACTS_MODEL_CONTENT_WHY_H

/* Why it is unknown what a device holds. */
enum facts_content_why {
	FACTS_CONTENT_NOT_READ, /* nobody has asked */
	FACTS_CONTENT_NOT_DEVDAX,
	FACTS_CONTENT_EXCLUSIVE, /* it is for one process at a time */
	FACTS_CONTENT_AT_WORK,	 /* a job has it */
	FACTS_CONTENT_DENIED,
	FACTS_CONTENT_POISON, /* memory of it has failed */
	FACTS_CONTENT_UNSUPPORTED,
	FACTS_CONTENT_SLOW,
	FACTS_CONTENT_GONE, /* there is no such /dev/daxX.Y any more */
	FACTS_CONTENT_FAILED,
	FACTS_CONTENT_KNOWN, /* it is not */
	FACTS_CONTENT_WHYS,
};

/* "not-read", "not-devdax", "exclusive", ... */
const char *facts_content_why_name(enum facts_content_why why);

/* The same for a person, without a full stop. */
const char *facts_content_why_text(enum facts_content_why why);

/* What a negative errno of reading it means. */
enum facts_content_why facts_content_why_of(int error);

#endif
