/* SPDX-License-Identifier: GPL-2.0-only */
/* Questions about pages by their present names. */
#ifndef COMPAT_PAGE_H
#define COMPAT_PAGE_H

#include <linux/mm.h>

#ifndef HAVE_PAGE_HAS_MOVABLE_OPS
static inline bool page_has_movable_ops(struct page *page)
{
	return __PageMovable(page);
}
#endif

#endif /* COMPAT_PAGE_H */
