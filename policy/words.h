/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_WORDS_H
#define POLICY_WORDS_H

/* The words of policy/values.h's enums as they stand in files; the value is
 * the index, the first is the default, the last NULL. */
extern const char *const policy_mode_words[];
extern const char *const policy_zone_words[];
extern const char *const policy_present_words[];
extern const char *const policy_persistent_words[];
extern const char *const policy_memmap_words[];
extern const char *const policy_on_busy_words[];
extern const char *const policy_exclusive_words[];
extern const char *const policy_fork_words[];

#endif
