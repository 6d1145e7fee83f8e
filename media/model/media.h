/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MEDIA_MODEL_MEDIA_H
#define MEDIA_MODEL_MEDIA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/cleanup.h"

/*
 * What DAX memory comes from, and where it is that is no dax device: nvdimm
 * namespaces of every mode, CXL memory devices and root decoders. Plain values.
 */

/* Whether the files of a file system are mapped directly (mount option dax=).
 */
enum media_dax {
	MEDIA_DAX_UNKNOWN,
	MEDIA_DAX_NEVER,
	MEDIA_DAX_INODE, /* as each file says */
	MEDIA_DAX_ALWAYS,
};

enum media_use_kind {
	MEDIA_USE_MOUNT, /* name: where, type: of the file system, dax */
	MEDIA_USE_SWAP,
	MEDIA_USE_DM,	  /* name: dm-0, type: what dmsetup(8) calls it */
	MEDIA_USE_MD,	  /* name: md0 */
	MEDIA_USE_LOOP,	  /* name: loop0 */
	MEDIA_USE_HOLDER, /* another block device */
	MEDIA_USE_REGION, /* of CXL; name: region0 */
};

struct media_use {
	enum media_use_kind kind;
	enum media_dax dax;
	char *name;
	char *type; /* or NULL */
};

enum media_kind {
	MEDIA_DEVICE, /* dax0.0; a snapshot has the rest of it */
	MEDIA_NAMESPACE,
	MEDIA_MEMDEV,
	MEDIA_DECODER,
};

/* Text is NULL and a number 0 where it is unknown or there is none. */
struct media {
	enum media_kind kind;
	char *name;    /* namespace0.0, mem0, decoder0.0 */
	int numa_node; /* -1: none */
	int target_node;
	uint64_t size;
	bool disabled; /* it has no driver */

	/* Of namespaces, as ndctl-list(1) has them. */
	char *mode; /* fsdax, devdax, sector or raw */
	char *map;  /* dev or mem */
	char *uuid;
	char *label; /* its name */
	char *blockdev;
	char *chardev;
	uint64_t sector_size;
	uint64_t align;

	/* Of memory devices, as cxl-list(1) has them; size is the sum. */
	uint64_t ram_size;
	uint64_t pmem_size;
	uint64_t serial;
	char *host;

	/* Of root decoders: windows of physical addresses. */
	uint64_t resource;
	uint64_t free; /* the largest extent that is in no region */
	bool volatile_capable;
	bool pmem_capable;

	struct media_use *uses;
	size_t n_uses;

	char *content;	   /* see media/probe.h; NULL: unknown */
	int content_error; /* then why, a negative errno; or 0 */
};

struct media_list {
	struct media *items;
	size_t n_items;
	int nvdimm_error; /* why namespaces are missing, or 0 */
	int cxl_error;	  /* the same of CXL */
};

void media_list_free(struct media_list *list);
DEFINE_CLEANUP(struct media_list *, media_list_free)
#define _cleanup_media_list_ _cleanup_(cleanup_media_list_free)

/* A new one at the end, without a node; NULL: out of memory. */
struct media *media_list_add(struct media_list *list, enum media_kind kind,
			     const char *name);

/* By kind and name, with numbers in their order. */
void media_list_sort(struct media_list *list);

/* NULL: there is none of that name, or block or character device. */
const struct media *media_list_find(const struct media_list *list,
				    const char *name);

/* The uses of @media get one more, whose texts are copied; @type may be NULL.
 * Returns 0 or -ENOMEM. */
int media_add_use(struct media *media, enum media_use_kind kind,
		  const char *name, const char *type, enum media_dax dax);

/* "mount", "swap", "dm", ... */
const char *media_use_name(enum media_use_kind kind);
/* "always", "inode", "never"; NULL of MEDIA_DAX_UNKNOWN. */
const char *media_dax_name(enum media_dax dax);

#endif
