// SPDX-License-Identifier: GPL-2.0-only
/*
 * Included once by each module. Kernels of one name need not have the
 * structures of the dax bus in one form, and not every kernel checks modules
 * for that (MODVERSIONS). Its own description (BTF) says what they are.
 */
#include "layout/running.h"

#include <linux/btf.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "generated/dax-layout.h"

#define RUNNING_BTF "/sys/kernel/btf/vmlinux"
#define MAX_BTF SZ_256M

/**
 * struct fact - what a structure was when the module was built
 * @type: its name
 * @member: the name of a member, or NULL
 * @value: the member's offset, or else the structure's size
 */
struct fact {
	const char *type;
	const char *member;
	u32 value;
};

static const struct fact facts[] = { DAX_LAYOUT_FACTS };

/**
 * struct view - a kernel's BTF
 * @type: the next type
 * @end: of the types
 * @names: the strings
 * @names_len: their length; the last byte is 0
 */
struct view {
	const void *type;
	const void *end;
	const char *names;
	u32 names_len;
};

/* Not all of it: a later kernel's is longer. */
static bool view_open(struct view *view, const void *btf, size_t size)
{
	const struct btf_header *header = btf;
	size_t room;

	if (size < offsetofend(struct btf_header, str_len) ||
	    header->magic != BTF_MAGIC || header->hdr_len > size)
		return false;
	room = size - header->hdr_len;
	if (header->type_off > room ||
	    header->type_len > room - header->type_off ||
	    header->str_off > room ||
	    header->str_len > room - header->str_off || !header->str_len)
		return false;
	view->type = btf + header->hdr_len + header->type_off;
	view->end = view->type + header->type_len;
	view->names = btf + header->hdr_len + header->str_off;
	view->names_len = header->str_len;
	return !view->names[view->names_len - 1];
}

static const char *name_at(const struct view *view, u32 offset)
{
	return offset < view->names_len ? view->names + offset : "";
}

/* Bytes that follow a type, by its kind; negative: not known. */
static long bytes_after(const struct btf_type *type)
{
	u32 nr = BTF_INFO_VLEN(type->info);

	switch (BTF_INFO_KIND(type->info)) {
	case BTF_KIND_INT:
		return sizeof(u32);
	case BTF_KIND_ARRAY:
		return sizeof(struct btf_array);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return nr * sizeof(struct btf_member);
	case BTF_KIND_ENUM:
		return nr * sizeof(struct btf_enum);
	case BTF_KIND_ENUM64:
		return nr * sizeof(struct btf_enum64);
	case BTF_KIND_FUNC_PROTO:
		return nr * sizeof(struct btf_param);
	case BTF_KIND_VAR:
		return sizeof(struct btf_var);
	case BTF_KIND_DATASEC:
		return nr * sizeof(struct btf_var_secinfo);
	case BTF_KIND_DECL_TAG:
		return sizeof(struct btf_decl_tag);
	case BTF_KIND_PTR:
	case BTF_KIND_FWD:
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_FUNC:
	case BTF_KIND_FLOAT:
	case BTF_KIND_TYPE_TAG:
		return 0;
	default:
		return -1;
	}
}

/* The next type, or NULL at the end and where the rest cannot be read. */
static const struct btf_type *view_next(struct view *view)
{
	const struct btf_type *type = view->type;
	size_t room = view->end - view->type;
	long after;

	if (room < sizeof(*type))
		return NULL;
	after = bytes_after(type);
	if (after < 0 || after > room - sizeof(*type))
		return NULL;
	view->type += sizeof(*type) + after;
	return type;
}

/* The offset of a member in bytes; negative: there is none. */
static long member_offset(const struct view *view, const struct btf_type *type,
			  const char *name)
{
	const struct btf_member *member = (const void *)(type + 1);
	u32 i, offset;

	for (i = 0; i < BTF_INFO_VLEN(type->info); i++, member++) {
		if (strcmp(name_at(view, member->name_off), name))
			continue;
		offset = member->offset;
		if (BTF_INFO_KFLAG(type->info))
			offset = BTF_MEMBER_BIT_OFFSET(offset);
		return offset / BITS_PER_BYTE;
	}
	return -1;
}

static bool holds(const struct view *view, const struct btf_type *type,
		  const struct fact *fact)
{
	long value = fact->member ? member_offset(view, type, fact->member) :
				    type->size;

	if (value == fact->value)
		return true;
	pr_err("%s: built for a kernel whose struct %s is another one (%s: %u there, %ld here): build the modules for this kernel\n",
	       KBUILD_MODNAME, fact->type, fact->member ?: "size", fact->value,
	       value);
	return false;
}

static bool all_hold(const struct view *view, const struct btf_type *type)
{
	const char *name = name_at(view, type->name_off);
	size_t i;

	if (BTF_INFO_KIND(type->info) != BTF_KIND_STRUCT)
		return true;
	for (i = 0; i < ARRAY_SIZE(facts); i++)
		if (!strcmp(facts[i].type, name) &&
		    !holds(view, type, &facts[i]))
			return false;
	return true;
}

static int compare(struct view *view)
{
	const struct btf_type *type;

	while ((type = view_next(view)))
		if (!all_hold(view, type))
			return -ENOEXEC;
	return 0;
}

/* All of a file, or NULL. */
static void *read_all(struct file *file, size_t *ret_size)
{
	loff_t size = i_size_read(file_inode(file)), pos = 0;
	void *bytes;
	ssize_t n = 1;

	if (size <= 0 || size > MAX_BTF)
		return NULL;
	bytes = vmalloc(size);
	while (bytes && n > 0 && pos < size)
		n = kernel_read(file, bytes + pos, size - pos, &pos);
	if (pos == size) {
		*ret_size = size;
		return bytes;
	}
	vfree(bytes);
	return NULL;
}

int layout_running_check(void)
{
	struct file *file = filp_open(RUNNING_BTF, O_RDONLY, 0);
	void *btf = NULL;
	struct view view;
	size_t size;
	int rc = 0;

	if (!IS_ERR(file)) {
		btf = read_all(file, &size);
		fput(file);
	}
	if (btf && view_open(&view, btf, size))
		rc = compare(&view);
	else
		pr_warn("%s: %s cannot be read: not checked whether this is the kernel that the module was built for\n",
			KBUILD_MODNAME, RUNNING_BTF);
	vfree(btf);
	return rc;
}
