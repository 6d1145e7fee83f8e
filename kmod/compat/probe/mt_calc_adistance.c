// SPDX-License-Identifier: GPL-2.0-only
/* The abstract distance can be had from HMAT or CDAT (since 6.7). */
#include <linux/memory-tiers.h>

/* exported: mt_calc_adistance */
int probe(int node, int *adist)
{
	return mt_calc_adistance(node, adist);
}
