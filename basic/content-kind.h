/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASIC_CONTENT_KIND_H
#define BASIC_CONTENT_KIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What memory holds. The names are those of lsblk(8) and blkid(8), where these
 * have one; facts files, policies, D-Bus and the manual pages have the same.
 */
#define CONTENT_KINDS(X)                           \
	X(BLANK, "blank") /* samples are zero */   \
	X(EXT2, "ext2")                            \
	X(EXT3, "ext3")                            \
	X(EXT4, "ext4")                            \
	X(XFS, "xfs")                              \
	X(BTRFS, "btrfs")                          \
	X(F2FS, "f2fs")                            \
	X(EROFS, "erofs")                          \
	X(LUKS, "crypto_LUKS")                     \
	X(LVM, "LVM2_member")                      \
	X(MD, "linux_raid_member")                 \
	X(SWAP, "swap")                            \
	X(SUSPENDED, "swsuspend")                  \
	X(GPT, "gpt")                              \
	X(PMDK_OBJ, "pmdk-obj")                    \
	X(PMDK_LOG, "pmdk-log")                    \
	X(PMDK_BLK, "pmdk-blk")                    \
	X(FAMFS, "famfs")                          \
	X(PFN_INFO, "pfn-info")                    \
	X(DAX_INFO, "dax-info")                    \
	X(BTT_INFO, "btt-info")                    \
	X(ORACLE, "oracleasm")                     \
	X(CEPH, "ceph_bluestore")                  \
	X(SQLITE, "sqlite3")                       \
	X(CACHE, "daxbroker-cache") /* examples */ \
	X(AMBIGUOUS, "ambiguous")   /* several */  \
	X(OTHER, "other")	    /* none of these */

enum content_kind {
	CONTENT_UNKNOWN, /* it could not be read, or nobody has */
#define CONTENT_KIND(id, name) CONTENT_##id,
	CONTENT_KINDS(CONTENT_KIND)
#undef CONTENT_KIND
		CONTENT_KIND_COUNT,
};

/* "unknown", "blank", "ext2", ... */
const char *content_kind_name(enum content_kind kind);

/* CONTENT_UNKNOWN: there is none of this name, of @length bytes. */
enum content_kind content_kind_find(const char *name, size_t length);

/* What somebody meant who wrote a name that does not exist, or NULL. */
const char *content_kind_nearest(const char *name);

/* Several kinds, as bits. */
#define CONTENT_KIND_BIT(kind) (UINT32_C(1) << (kind))
_Static_assert(CONTENT_KIND_COUNT <= 32, "kinds are bits");

/* A pool of PMDK, or a famfs: other hosts may have it mapped, too. */
#define CONTENT_KINDS_SHARED                  \
	(CONTENT_KIND_BIT(CONTENT_PMDK_OBJ) | \
	 CONTENT_KIND_BIT(CONTENT_PMDK_LOG) | \
	 CONTENT_KIND_BIT(CONTENT_PMDK_BLK) | CONTENT_KIND_BIT(CONTENT_FAMFS))

#endif
