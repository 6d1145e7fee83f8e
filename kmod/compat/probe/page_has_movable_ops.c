// SPDX-License-Identifier: GPL-2.0-only
/* Pages that a driver can move are asked for so (since 6.17). */
#include <linux/mm.h>

bool probe(struct page *page)
{
	return page_has_movable_ops(page);
}
