// SPDX-License-Identifier: GPL-2.0-or-later
#include "matrix-shapes.h"

#include <stdio.h>

#include "basic/cleanup.h"
#include "fake-kernel.h"

#define RAM "Mode=system-ram\nZone=movable\n"
#define POOL "Mode=pool\n[Pool]\nName=p\nGranule=128M\n"
/* The ranges of a lease of 2M. */
#define FIRST "0x100000000-0x1001fffff"
#define SLICE(name, size) "[Device]\nName=" name "\nSize=" size "\n"

const struct shape shapes[] = {
	{ "device_dax", "", "Mode=system-ram\nZone=movable\n", "kmem mmm" },
	{ "device_dax", "", "Mode=system-ram\nZone=kernel\n", "kmem kkk" },
	{ NULL, "", "Mode=system-ram\nZone=movable\n", "kmem mmm" },
	{ NULL, "", "Mode=devdax\n", "device_dax " },
	{ "kmem", "mmm", "Mode=devdax\n", "device_dax " },
	{ "kmem", "kmo", "Mode=devdax\n", "device_dax " },
	{ "kmem", "ooo", "Mode=devdax\n", "device_dax " },
	{ "kmem", "mmm", "Mode=system-ram\nZone=kernel\n", "kmem kkk" },
	{ "kmem", "kmo", "Mode=system-ram\nZone=movable\n", "kmem mmm" },
	{ "kmem", "ooo", "Mode=system-ram\nZone=auto\n", "kmem kkk" },
	{ "device_dax", "", RAM "MemmapOnMemory=yes\n", "kmem mmm memmap",
	  .memmap = MEMMAP_OFF },
	{ "kmem", "mmm", RAM "MemmapOnMemory=no\n", "kmem mmm no memmap",
	  .memmap = MEMMAP_ON },
	{ "device_dax", "", RAM, "kmem mmm", .pmem = true },
	/* Layout: one device into two, from each mode. */
	{ NULL, "", RAM SLICE("a", "128M") SLICE("b", "rest"),
	  "0+128:none 128+256:none", "0+384:device_dax" },
	{ NULL, "", RAM SLICE("a", "128M") SLICE("b", "rest"),
	  "0+128:none 128+256:none", "0+384:kmem:mkm" },
	/* The first fits; of those behind it one is made larger, the other
	 * destroyed. */
	{ NULL, "", RAM SLICE("a", "128M") SLICE("b", "rest"),
	  "0+128:device_dax 128+256:none",
	  "0+128:device_dax 128+128:kmem:m 256+128:device_dax" },
	/* Three become one; the names of two are given anew by undoing it. */
	{ NULL, "", RAM SLICE("a", "rest"), "0+384:none",
	  "0+128:none 128+128:kmem:k 256+128:device_dax" },
	/* Each is where the other is to be; the one without memory, which
	 * tells where the region starts, is of no use then. */
	{ NULL, "", "Mode=devdax\n" SLICE("a", "190M") SLICE("b", "rest"),
	  "0+190:none 190+194:none",
	  "200+184:device_dax 8+192:device_dax empty" },
	/* In two places; the first device cannot be destroyed, so it has to
	 * be one of them. */
	{ NULL, "", "Mode=devdax\n" SLICE("a", "64M") SLICE("b", "rest"),
	  "0+64:none 64+320:none",
	  "256+128:none 0+64,128+64:device_dax 64+64:none" },
	/* Other pages. */
	{ NULL, "", "Mode=devdax\n" SLICE("a", "rest") "Align=4M\n",
	  "0+384:none/4M", "0+384:device_dax" },
	/* Nothing of it is plugged. */
	{ "kmem", "", RAM, "kmem mmm", .daxbroker = true },
	{ "kmem", "", "Mode=devdax\n", "device_dax ", .daxbroker = true },
	/* Left by an unbind, of the very same ranges. */
	{ NULL, "mmm", RAM, "kmem mmm", .daxbroker = true, .left = "0+384" },
	{ NULL, "mkm", RAM, "kmem mmm", .daxbroker = true, .left = "0+384" },
	{ NULL, "mko", "Mode=system-ram\nZone=kernel\n", "kmem kkk",
	  .daxbroker = true, .left = "0+384" },
	{ NULL, "mko", "Mode=devdax\n", "device_dax ", .daxbroker = true,
	  .left = "0+384" },
	/* Of others: in the way. What the bind has removed comes back as the
	 * device's own, with blocks that were not there. */
	{ NULL, "mk", RAM, "kmem mmm", .daxbroker = true, .left = "0+256",
	  .undone = "none mko" },
	{ NULL, "mk", "Mode=devdax\n", "device_dax ", .daxbroker = true,
	  .left = "0+256", .undone = "none mko" },
	{ NULL, "mkm", RAM, "kmem mmm", .daxbroker = true,
	  .left = "0+128 128+256" },
	{ NULL, "mok", "Mode=devdax\n", "device_dax ", .daxbroker = true,
	  .left = "0+256 256+128" },
	{ NULL, "mk", RAM "MemmapOnMemory=yes\n", "kmem mmm memmap",
	  .memmap = MEMMAP_OFF, .daxbroker = true, .left = "0+256",
	  .undone = "none mko no memmap" },
	/* And laid out. */
	{ NULL, "", RAM SLICE("a", "128M") SLICE("b", "rest"),
	  "0+128:none 128+256:none", "0+384:none:mkm", .daxbroker = true,
	  .left = "0+384" },
	{ NULL, "", RAM SLICE("a", "128M") SLICE("b", "rest"),
	  "0+128:none 128+256:none", "0+384:none:mk-", .daxbroker = true,
	  .left = "0+256", .undone = "0+384:none:mko" },
	/* A lease gets memory out of RAM, beside what stays. */
	{ NULL, "", POOL, "0+128:kmem:m 128+256:none",
	  "0+128:kmem:m 128+128:kmem:m 256+128:kmem:m",
	  .grants = "0x108000000-0x117ffffff" },
	{ NULL, "", POOL, "0+128,256+128:none 128+128:kmem:m 1 empty",
	  "0+128:kmem:m 128+128:kmem:m 256+128:kmem:m",
	  .grants = "0x100000000-0x107ffffff 0x110000000-0x117ffffff" },
	/* And it ends. */
	{ NULL, "", POOL, "0+128:kmem:m 128+128:none 256+128:none",
	  "0+128:kmem:m 128+256:device_dax" },
	{ NULL, "", POOL "Idle=free\n", "128+128:device_dax 1 empty",
	  "0+128,256+128:device_dax 128+128:device_dax",
	  .grants = "0x108000000-0x10fffffff" },
	{ NULL, "", POOL "Idle=free\n", "128+128:none 1 empty", "empty",
	  .grants = "0x108000000-0x10fffffff" },
	/* Its memory is cleared: before somebody has it, when nobody has it any
	 * more, and while somebody has. */
	{ NULL, "", POOL "Idle=free\n", "0+2:device_dax zero", "0+2:none",
	  .grants = FIRST, .clear = "zero" },
	{ NULL, "", POOL "Idle=free\n", "0+2:device_dax zero", "0+2:device_dax",
	  .grants = FIRST, .clear = "zero" },
	{ NULL, "", POOL "Idle=free\n", "0+2:device_dax zero", "0+2:device_dax",
	  .grants = FIRST, .clear = "take" },
	/* It is kept from new users, who may come back to their bytes. */
	{ NULL, "", POOL "Idle=free\n", "0+2:device_dax dirty drained",
	  "0+2:device_dax", .grants = FIRST, .clear = "vacate",
	  .daxbroker = true },
};

const size_t n_shapes = ARRAY_SIZE(shapes);

const char *shape_state(const struct shape *shape)
{
	static char text[512];

	if (!shape->layout)
		return fake_state();
	if (!shape->clear)
		return fake_current_layout();
	snprintf(text, sizeof(text), "%s %s", fake_current_layout(),
		 fake_content());
	return text;
}
