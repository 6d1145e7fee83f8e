/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include <stdbool.h>
#include <stddef.h>

#include "basic/cleanup.h"
#include "policy/layout.h"
#include "policy/limit.h"
#include "policy/subject.h"
#include "policy/values.h"

/*
 * The admin's policy files, loaded, and what they decide for a device. Pure:
 * the only input besides the arguments is the files themselves, the only
 * output are the returned values. Nothing here logs.
 */

/* All policy files of one root, in the order in which they are asked. */
struct policy_set;

enum policy_severity {
	POLICY_WARNING, /* told; the file takes part all the same */
	POLICY_ERROR,	/* the file decides nothing, see POLICY_IN_ERROR */
};

struct policy_diagnostic {
	enum policy_severity severity;
	const char *file;  /* as an admin names it: "/etc/daxbroker/x.region" */
	unsigned int line; /* 1 is the first; 0: the file as a whole */
	unsigned int column; /* in bytes, 1 is the first; 0: the line as a
			      * whole */
	const char *message; /* one sentence, no file:line in it; says what to
			      * do where that is not plain */
};

/*
 * Loads the policies and daxbroker.conf of POLICY_DIR_ETC, _RUN and _USR below
 * @root_fd with their drop-ins. A
 * directory that is missing is an empty one. A faulty file is a diagnostic,
 * not a failure.
 *
 * Only files decide that are regular, owned by uid 0 (or by @trusted_uid, for
 * tests and for reading a recorded tree; pass 0 for the running system) and
 * not writable for group or others; the same goes for their directories.
 *
 * Returns 0 and *ret, to be freed with policy_set_free(); or -ENOMEM, or an
 * error of openat(2) or readdir(3) other than ENOENT.
 */
int policy_load(int root_fd, unsigned int trusted_uid, struct policy_set **ret);

/* From now on every file that says system-ram is taken to say devdax: before a
 * shutdown or kexec, that is. */
void policy_set_unplug(struct policy_set *set);

void policy_set_free(struct policy_set *set);
DEFINE_CLEANUP(struct policy_set *, policy_set_free)
#define _cleanup_policy_set_ _cleanup_(cleanup_policy_set_free)

/* What loading found, in file and line order; owned by @set. */
const struct policy_diagnostic *policy_diagnostics(const struct policy_set *set,
						   size_t *ret_n);

/* [Limits] of daxbroker.conf; owned by @set. */
const struct policy_limits *policy_limits(const struct policy_set *set);

/* True when a file of @set, or daxbroker.conf, is in error. */
bool policy_has_errors(const struct policy_set *set);

/* The files of @set in the order in which they are asked; owned by @set. Files
 * that another one shadows or masks are not among them. */
const char *const *policy_files(const struct policy_set *set, size_t *ret_n);

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

/* What was decided for one device, and why. */
struct policy_decision {
	enum policy_mode mode;
	enum policy_zone zone;
	enum policy_memmap memmap_on_memory;
	enum policy_present present;
	enum policy_persistent persistent;
	enum policy_on_busy on_busy;
	uint64_t busy_timeout; /* ms; UINT64_MAX: for ever */
	enum policy_exclusive exclusive;
	enum policy_fork fork_inheritance;
	/* What the region is to be laid out into, or NULL. @mode is
	 * POLICY_MODE_KEEP then, until the device stands for a slice. */
	struct policy_layout *layout;
	/* The slice of it that the device stands for, or NULL: see
	 * policy_decision_take_slice(). */
	const struct policy_slice *slice;
	/* [Limits] that hold for every device; owned by the set, never NULL
	 * in a decision that policy_decide() made. */
	const struct policy_limits *limits;
	const struct policy_exclusion
		*exclusion;	/* NeverTouch= that it falls under */
	bool exclusion_unknown; /* whether it does could not be told */
	char *node_name;	/* NodeName=, or NULL */
	struct policy_origin node_name_origin;
	const char *file; /* that decided, owned by the set; NULL when the
			   * last reason is not POLICY_FITS (no file fitted, or
			   * one in error or undecided stopped the search);
			   * mode is POLICY_MODE_KEEP then */
	bool faulty;	  /* kept because of a POLICY_IN_ERROR */
	struct policy_reason *reasons; /* in the order asked */
	size_t n_reasons;
};

/* Asks the files of @set for @subject. Returns 0 and *ret, to be freed with
 * policy_decision_free() before the set; or -ENOMEM. */
int policy_decide(const struct policy_set *set,
		  const struct policy_subject *subject,
		  struct policy_decision **ret);

/*
 * The device of @decision stands for this slice of its layout, of which it is
 * to have the mode and everything else from now on. Returns 0 or -ENOMEM.
 */
int policy_decision_take_slice(struct policy_decision *decision,
			       const struct policy_slice *slice);

void policy_decision_free(struct policy_decision *decision);
DEFINE_CLEANUP(struct policy_decision *, policy_decision_free)
#define _cleanup_policy_decision_ _cleanup_(cleanup_policy_decision_free)

#endif
