// SPDX-License-Identifier: GPL-2.0-or-later
#include "media/signature.h"

#include <string.h>

#include "basic/cleanup.h"

struct signature {
	const char *name;
	size_t at;
	size_t length;
	const char *bytes;
};

/*
 * pool_hdr_layout(7) of PMDK; famfs's FAMFS_SUPER_MAGIC of linux/magic.h as 64
 * bits; the kernel's drivers/nvdimm/pfn.h, dax_devs.c and btt.h, which begin 4K
 * behind the namespace's beginning.
 */
static const struct signature signatures[] = {
	{ "pmdk-obj", 0, 8, "PMEMOBJ" },
	{ "pmdk-log", 0, 8, "PMEMLOG" },
	{ "pmdk-blk", 0, 8, "PMEMBLK" },
	{ "famfs", 0, 8, "\xff\x82\xb2\x87\0\0\0" },
	{ "pfn-info", 4096, 16, "NVDIMM_PFN_INFO" },
	{ "dax-info", 4096, 16, "NVDIMM_DAX_INFO" },
	{ "btt-info", 4096, 16, "BTT_ARENA_INFO\0" },
};

const char *signature_find(const unsigned char *bytes, size_t n)
{
	for (size_t i = 0; i < ARRAY_SIZE(signatures); i++) {
		const struct signature *s = &signatures[i];

		if (n >= s->at + s->length &&
		    memcmp(bytes + s->at, s->bytes, s->length) == 0)
			return s->name;
	}
	return NULL;
}
