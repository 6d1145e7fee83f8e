// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/signature.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "basic/cleanup.h"

#define KIB UINT64_C(1024)
#define LENGTH_MAX 24

struct signature {
	enum content_kind kind;
	uint64_t at;
	size_t length;
	const char *bytes;
	/* Another one so many bytes behind it that has to be there, too. */
	uint64_t then;
	const char *more; /* 8 bytes; NULL: none */
	/* Not 0: @at is how far it is before the last multiple of this. */
	uint64_t unit;
};

#define LVM(sector)                                                      \
	{                                                                \
		CONTENT_LVM, (sector)*512, 8, "LABELONE", 24, "LVM2 001" \
	}
/* At the end of a page of whatever size the machine has that made it. */
#define SWAP(page)                                                    \
	{ CONTENT_SWAP, (page)*KIB - 10, 10, "SWAPSPACE2" },          \
		{ CONTENT_SWAP, (page)*KIB - 10, 10, "SWAP-SPACE" },  \
	{                                                             \
		CONTENT_SUSPENDED, (page)*KIB - 10, 10, "S1SUSPEND\0" \
	}

/*
 * Sources: Linux, fs/xfs/libxfs/xfs_format.h (XFS_SB_MAGIC),
 * include/uapi/linux/btrfs_tree.h (BTRFS_MAGIC, at 64 KiB and 64 bytes),
 * include/linux/f2fs_fs.h, fs/erofs/erofs_fs.h, include/linux/swap.h (union
 * swap_header), kernel/power/swap.c (SWSUSP_SIG),
 * include/uapi/linux/raid/md_p.h, block/partitions/efi.h,
 * drivers/nvdimm/pfn.h, dax_devs.c and btt.h, which begin 4 KiB behind the
 * namespace's beginning; cryptsetup's docs/on-disk-format and
 * -luks2 (LUKS magic); LVM2's lib/format_text/layout.h and lib/label/label.h
 * (the label is in one of the first four sectors); pool_hdr_layout(7) of PMDK;
 * famfs's FAMFS_SUPER_MAGIC of linux/magic.h as 64 bits; libblkid's oracleasm
 * and bluestore; sqlite.org/fileformat.html; examples/cache-memory.c.
 */
static const struct signature signatures[] = {
	{ CONTENT_XFS, 0, 4, "XFSB" },
	{ CONTENT_BTRFS, 64 * KIB + 64, 8, "_BHRfS_M" },
	{ CONTENT_F2FS, KIB, 4, "\x10\x20\xf5\xf2" },
	{ CONTENT_EROFS, KIB, 4, "\xe2\xe1\xf5\xe0" },
	{ CONTENT_LUKS, 0, 6, "LUKS\xba\xbe" },
	LVM(0),
	LVM(1),
	LVM(2),
	LVM(3),
	/* md: versions 1.1, 1.2, 1.0 and 0.90 */
	{ CONTENT_MD, 0, 8, "\xfc\x4e\x2b\xa9\1\0\0\0" },
	{ CONTENT_MD, 4 * KIB, 8, "\xfc\x4e\x2b\xa9\1\0\0\0" },
	{ CONTENT_MD, 8 * KIB, 8, "\xfc\x4e\x2b\xa9\1\0\0\0", .unit = 4 * KIB },
	{ CONTENT_MD, 64 * KIB, 8, "\xfc\x4e\x2b\xa9\0\0\0\0",
	  .unit = 64 * KIB },
	SWAP(4),
	SWAP(8),
	SWAP(16),
	SWAP(32),
	SWAP(64),
	{ CONTENT_GPT, 512, 8, "EFI PART" },
	{ CONTENT_GPT, 4 * KIB, 8, "EFI PART" },
	{ CONTENT_PMDK_OBJ, 0, 8, "PMEMOBJ" },
	{ CONTENT_PMDK_LOG, 0, 8, "PMEMLOG" },
	{ CONTENT_PMDK_BLK, 0, 8, "PMEMBLK" },
	{ CONTENT_FAMFS, 0, 8, "\xff\x82\xb2\x87\0\0\0" },
	{ CONTENT_PFN_INFO, 4 * KIB, 16, "NVDIMM_PFN_INFO" },
	{ CONTENT_DAX_INFO, 4 * KIB, 16, "NVDIMM_DAX_INFO" },
	{ CONTENT_BTT_INFO, 4 * KIB, 16, "BTT_ARENA_INFO\0" },
	{ CONTENT_ORACLE, 32, 8, "ORCLDISK" },
	{ CONTENT_CEPH, 0, 22, "bluestore block device" },
	{ CONTENT_SQLITE, 0, 16, "SQLite format 3" },
	{ CONTENT_CACHE, 0, 8, "DXCache1" },
};

/* 1: these bytes are there; 0: they are not; or a negative errno. */
static int has_bytes(int fd, uint64_t at, const char *bytes, size_t length)
{
	char found[LENGTH_MAX];
	ssize_t n;

	do
		n = pread(fd, found, length, (off_t)at);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return (size_t)n == length && memcmp(found, bytes, length) == 0;
}

static int is_there(const struct signature *s, int fd, uint64_t size)
{
	uint64_t at = s->at;
	int r;

	if (s->unit && size / s->unit * s->unit < s->at)
		return 0;
	if (s->unit)
		at = size / s->unit * s->unit - s->at;
	r = has_bytes(fd, at, s->bytes, s->length);
	return r > 0 && s->more ? has_bytes(fd, at + s->then, s->more, 8) : r;
}

static void add(enum content_kind *kind, enum content_kind found)
{
	if (*kind == CONTENT_OTHER)
		*kind = found;
	else if (*kind != found)
		*kind = CONTENT_AMBIGUOUS;
}

/* Of the superblock of ext2 and its successors, which begins at 1 KiB: Linux,
 * fs/ext4/ext4.h. */
struct ext_super {
	uint32_t log_block_size; /* at 0x18 */
	uint32_t magic;		 /* at 0x38, and the state */
	uint32_t revision;	 /* at 0x4c */
	uint32_t compatible;	 /* at 0x5c: features */
	uint32_t incompatible;
	uint32_t read_only;
};

#define EXT_MAGIC 0xef53
#define EXT_LOG_BLOCK_SIZE_MAX 6
#define EXT_HAS_JOURNAL 0x4
#define EXT_IS_JOURNAL 0x8 /* of another file system */
#define EXT3_INCOMPATIBLE (0x2 | 0x4 | 0x10)
#define EXT3_READ_ONLY (0x1 | 0x2 | 0x4)

static uint32_t le32(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 |
	       (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

/* As libblkid tells them apart. */
static enum content_kind ext_kind(const struct ext_super *super)
{
	if ((super->magic & 0xffff) != EXT_MAGIC || super->revision > 1 ||
	    super->log_block_size > EXT_LOG_BLOCK_SIZE_MAX ||
	    super->incompatible & EXT_IS_JOURNAL)
		return CONTENT_OTHER;
	if (super->incompatible & ~(uint32_t)EXT3_INCOMPATIBLE ||
	    super->read_only & ~(uint32_t)EXT3_READ_ONLY)
		return CONTENT_EXT4;
	return super->compatible & EXT_HAS_JOURNAL ? CONTENT_EXT3
						   : CONTENT_EXT2;
}

static int find_ext(int fd, enum content_kind *kind)
{
	unsigned char bytes[0x68];
	enum content_kind found;
	ssize_t n;

	do
		n = pread(fd, bytes, sizeof(bytes), KIB);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if ((size_t)n < sizeof(bytes))
		return 0;
	found = ext_kind(&(struct ext_super){
		le32(bytes + 0x18), le32(bytes + 0x38), le32(bytes + 0x4c),
		le32(bytes + 0x5c), le32(bytes + 0x60), le32(bytes + 0x64) });
	if (found != CONTENT_OTHER)
		add(kind, found);
	return 0;
}

int signature_find(int fd, uint64_t size, enum content_kind *ret)
{
	enum content_kind kind = CONTENT_OTHER;
	int r = find_ext(fd, &kind);

	for (size_t i = 0; i < ARRAY_SIZE(signatures) && r >= 0; i++) {
		r = is_there(&signatures[i], fd, size);
		if (r > 0)
			add(&kind, signatures[i].kind);
	}
	if (r < 0)
		return r;
	*ret = kind;
	return 0;
}
