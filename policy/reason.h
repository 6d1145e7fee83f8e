/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_REASON_H
#define POLICY_REASON_H

#include <stddef.h>

/* How one file answered to one device. */
enum policy_answer {
	POLICY_FITS,	  /* all keys fit: it decided, the list ends here */
	POLICY_DIFFERS,	  /* @key does not fit */
	POLICY_UNDECIDED, /* @key needs a fact that could not be read, and no
			   * other key differs: the device is kept */
	POLICY_IN_ERROR,  /* the file is in error and none of the keys that
			   * could be read differs: the device is kept */
};

/* How one key of a file compares. All strings but @have are owned by the set.
 */
struct policy_key_reason {
	const char *key;
	enum policy_answer answer;
	const char *file; /* where its first value stands: maybe a drop-in */
	unsigned int line;
	const char *wanted;
	char *have;
};

struct policy_reason {
	const char *file; /* owned by the set */
	enum policy_answer answer;
	unsigned int line;  /* of the key, or of the (first) error */
	const char *key;    /* "UUID"; NULL where no single key is meant */
	const char *wanted; /* the key's value in the file, or NULL; owned by
			     * the set */
	char *have;	    /* the device's own value ("none", "unknown"), or
			     * NULL */
	char *message;	    /* a whole sentence for a person */
	/* Of a file that fits, and of none else: all its keys. */
	struct policy_key_reason *keys;
	size_t n_keys;
	const char **dropins; /* those that were read with the file */
	size_t n_dropins;
};

void policy_reason_done(struct policy_reason *reason);

/* The same with one that malloc() gave, or NULL; always NULL. */
struct policy_reason *policy_reason_free(struct policy_reason *reason);

#endif
