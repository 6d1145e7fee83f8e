/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_MASK_H
#define POLICY_MASK_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* More settings there cannot be. */
#define POLICY_SETTINGS_MAX 128

/* A set of settings, by their place in the table. */
struct policy_mask {
	uint64_t words[POLICY_SETTINGS_MAX / 64];
};

static inline bool policy_mask_has(const struct policy_mask *mask, size_t index)
{
	assert(index < POLICY_SETTINGS_MAX);
	return mask->words[index / 64] >> index % 64 & 1;
}

static inline void policy_mask_set(struct policy_mask *mask, size_t index,
				   bool on)
{
	const uint64_t bit = UINT64_C(1) << index % 64;

	assert(index < POLICY_SETTINGS_MAX);
	if (on)
		mask->words[index / 64] |= bit;
	else
		mask->words[index / 64] &= ~bit;
}

#endif
