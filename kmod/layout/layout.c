// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes a header with the dax bus's private structures as the target
 * kernel's BTF has them: drivers/dax/{bus,dax-private}.h are in no header
 * package, and what is in them differs between kernels.
 *
 * usage: layout BTF >dax-layout.h
 *   BTF   a vmlinux, or raw BTF as in /sys/kernel/btf/vmlinux
 *
 * Every member is written, so that the compiler lays the structure out
 * itself; static asserts then hold it to the sizes and offsets of the BTF, and
 * running.c compares these with the kernel that the modules are loaded into.
 * Exits with 1, and says what is missing, where a member that the modules
 * use is not there or is of another type than they think.
 */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/**
 * struct want - a member that the modules use
 * @type: the structure's name
 * @member: its name
 * @decl: how C declares it; the generator stops if the kernel's differs
 * @have: macro to define if it is there; NULL: it must be there
 */
struct want {
	const char *type;
	const char *member;
	const char *decl;
	const char *have;
};

static const struct want wants[] = {
	{ "dev_dax", "dax_dev", "struct dax_device *dax_dev", NULL },
	{ "dev_dax", "align", "unsigned int align", NULL },
	{ "dev_dax", "target_node", "int target_node", NULL },
	{ "dev_dax", "dev", "struct device dev", NULL },
	{ "dev_dax", "pgmap", "struct dev_pagemap *pgmap", NULL },
	{ "dev_dax", "nr_range", "int nr_range", NULL },
	{ "dev_dax", "ranges", "struct dev_dax_range *ranges", NULL },
	{ "dev_dax", "memmap_on_memory", "bool memmap_on_memory",
	  "DAX_HAS_MEMMAP_ON_MEMORY" },
	{ "dev_dax_range", "pgoff", "long unsigned int pgoff", NULL },
	{ "dev_dax_range", "range", "struct range range", NULL },
	{ "dax_device_driver", "drv", "struct device_driver drv", NULL },
	{ "dax_device_driver", "match_always", "int match_always",
	  "DAX_HAS_MATCH_ALWAYS" },
	{ "dax_device_driver", "type", "enum dax_driver_type type",
	  "DAX_HAS_DRIVER_TYPE" },
	{ "dax_device_driver", "probe", "int (*probe)(struct dev_dax *)",
	  NULL },
	{ "dax_device_driver", "remove", "void (*remove)(struct dev_dax *)",
	  NULL },
};

/* Structures, in the order in which they are written. */
static const char *const types[] = {
	"dev_dax_range",
	"dev_dax",
	"dax_device_driver",
};

/**
 * struct function - a function of the dax bus that the modules call
 * @name: its name
 * @decl: its declaration as the modules think it is
 */
struct function {
	const char *name;
	const char *decl;
};

static const struct function functions[] = {
	{ "__dax_driver_register",
	  "int __dax_driver_register(struct dax_device_driver *, "
	  "struct module *, const char *)" },
	{ "dax_driver_unregister",
	  "void dax_driver_unregister(struct dax_device_driver *)" },
	{ "static_dev_dax", "bool static_dev_dax(struct dev_dax *)" },
	{ "kill_dev_dax", "void kill_dev_dax(struct dev_dax *)" },
	{ "dax_inode", "struct inode *dax_inode(struct dax_device *)" },
	{ "run_dax", "void run_dax(struct dax_device *)" },
};

static const char *path;

static void fail(const char *format, ...)
{
	va_list args;

	fprintf(stderr, "layout: %s: ", path);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputs("\nlayout: this kernel is not known yet: compare its "
	      "drivers/dax/bus.h and dax-private.h\nlayout: with the tables "
	      "in kmod/layout/layout.c\n",
	      stderr);
	exit(1);
}

/* What btf_dump writes is collected here. */
static char text[4096];

static void collect(void *ctx, const char *format, va_list args)
{
	size_t used = strlen(text);

	(void)ctx;
	vsnprintf(text + used, sizeof(text) - used, format, args);
}

/* declare: "int (*probe)(struct dev_dax *)". Valid until the next call. */
static const char *declare(struct btf_dump *dump, __u32 type, const char *name)
{
	LIBBPF_OPTS(btf_dump_emit_type_decl_opts, opts, .field_name = name);

	text[0] = '\0';
	if (btf_dump__emit_type_decl(dump, type, &opts))
		fail("cannot write the type of '%s'", name);
	return text;
}

static const struct btf_type *find(const struct btf *btf, const char *name,
				   int kind)
{
	int id = btf__find_by_name_kind(btf, name, kind);

	return id < 0 ? NULL : btf__type_by_id(btf, id);
}

static const struct btf_member *find_member(const struct btf *btf,
					    const struct btf_type *type,
					    const char *name)
{
	const struct btf_member *member = btf_members(type);
	int i;

	for (i = 0; i < btf_vlen(type); i++, member++)
		if (!strcmp(btf__name_by_offset(btf, member->name_off), name))
			return member;
	return NULL;
}

static void check_wants(const struct btf *btf, struct btf_dump *dump)
{
	size_t i;

	for (i = 0; i < sizeof(wants) / sizeof(wants[0]); i++) {
		const struct want *want = &wants[i];
		const struct btf_type *type =
			find(btf, want->type, BTF_KIND_STRUCT);
		const struct btf_member *member;
		const char *decl;

		if (!type)
			fail("no 'struct %s': is the dax bus built in "
			     "(CONFIG_DAX=y)?",
			     want->type);
		member = find_member(btf, type, want->member);
		if (!member && !want->have)
			fail("'struct %s' has no member '%s'", want->type,
			     want->member);
		if (!member)
			continue;
		decl = declare(dump, member->type, want->member);
		if (strcmp(decl, want->decl))
			fail("'struct %s' has '%s' where '%s' is expected",
			     want->type, decl, want->decl);
		if (want->have)
			printf("#define %s 1\n", want->have);
	}
}

static void write_enum(const struct btf *btf, const char *name)
{
	const struct btf_type *type = find(btf, name, BTF_KIND_ENUM);
	const struct btf_enum *value;
	int i;

	if (!type)
		return;
	printf("\nenum %s {\n", name);
	value = btf_enum(type);
	for (i = 0; i < btf_vlen(type); i++, value++)
		printf("\t%s = %d,\n",
		       btf__name_by_offset(btf, value->name_off), value->val);
	puts("};");
}

static void write_struct(const struct btf *btf, struct btf_dump *dump,
			 const char *name)
{
	const struct btf_type *type = find(btf, name, BTF_KIND_STRUCT);
	const struct btf_member *member = btf_members(type);
	int i;

	printf("\nstruct %s {\n", name);
	for (i = 0; i < btf_vlen(type); i++) {
		__u32 bits = btf_member_bitfield_size(type, i);
		const char *field =
			btf__name_by_offset(btf, member[i].name_off);

		printf("\t%s", declare(dump, member[i].type, field));
		if (bits)
			printf(" : %u", bits);
		puts(";");
	}
	puts("};");
	/* sparse 0.6 does not lay out struct device as compilers do. */
	puts("#ifndef __CHECKER__");
	printf("static_assert(sizeof(struct %s) == %u);\n", name, type->size);
	for (i = 0; i < btf_vlen(type); i++) {
		const char *field =
			btf__name_by_offset(btf, member[i].name_off);

		if (*field && !btf_member_bitfield_size(type, i))
			printf("static_assert(offsetof(struct %s, %s) == "
			       "%u);\n",
			       name, field, btf_member_bit_offset(type, i) / 8);
	}
	puts("#endif");
}

/* The declaration is of types alone, as in struct function. */
static void write_function(const struct btf *btf, struct btf_dump *dump,
			   const struct function *function)
{
	const struct btf_type *type = find(btf, function->name, BTF_KIND_FUNC),
			      *proto;
	const struct btf_param *param;
	char decl[1024];
	size_t used;
	int i;

	if (!type)
		fail("no function '%s'", function->name);
	proto = btf__type_by_id(btf, type->type);
	snprintf(decl, sizeof(decl), "%s(",
		 proto->type ? declare(dump, proto->type, function->name) : "");
	if (!proto->type)
		snprintf(decl, sizeof(decl), "void %s(", function->name);
	param = btf_params(proto);
	for (i = 0; i < btf_vlen(proto); i++) {
		used = strlen(decl);
		snprintf(decl + used, sizeof(decl) - used, "%s%s",
			 i ? ", " : "", declare(dump, param[i].type, ""));
	}
	used = strlen(decl);
	snprintf(decl + used, sizeof(decl) - used, ")");
	if (strcmp(decl, function->decl))
		fail("'%s' where '%s' is expected", decl, function->decl);
	printf("%s;\n", decl);
}

/*
 * For layout/running.c, of what the modules use: sizes of structures, and where
 * members are.
 */
static void write_facts(const struct btf *btf)
{
	const struct btf_type *type;
	const struct btf_member *member;
	size_t i;

	printf("\n#define DAX_LAYOUT_FACTS");
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		printf(" \\\n\t{ \"%s\", NULL, %u },", types[i],
		       find(btf, types[i], BTF_KIND_STRUCT)->size);
	for (i = 0; i < sizeof(wants) / sizeof(wants[0]); i++) {
		type = find(btf, wants[i].type, BTF_KIND_STRUCT);
		member = find_member(btf, type, wants[i].member);
		if (member)
			printf(" \\\n\t{ \"%s\", \"%s\", %u },", wants[i].type,
			       wants[i].member,
			       btf_member_bit_offset(type,
						     member - btf_members(
								      type)) /
				       8);
	}
	puts("");
}

static void write_header(const struct btf *btf, struct btf_dump *dump)
{
	size_t i;

	puts("/* SPDX-License-Identifier: GPL-2.0-only */\n"
	     "/* Written by kmod/layout from the kernel's BTF. */\n"
	     "#ifndef DAX_LAYOUT_H\n"
	     "#define DAX_LAYOUT_H\n"
	     "\n"
	     "#include <linux/build_bug.h>\n"
	     "#include <linux/device.h>\n"
	     "#include <linux/idr.h>\n"
	     "#include <linux/ioport.h>\n"
	     "#include <linux/kref.h>\n"
	     "#include <linux/range.h>\n"
	     "#include <linux/stddef.h>\n"
	     "\n"
	     "struct dax_device;\n"
	     "struct dax_mapping;\n"
	     "struct dax_region;\n"
	     "struct dev_pagemap;\n"
	     "struct inode;\n");
	check_wants(btf, dump);
	write_enum(btf, "dax_driver_type");
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		write_struct(btf, dump, types[i]);
	write_facts(btf);
	puts("");
	for (i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		write_function(btf, dump, &functions[i]);
	puts("\n#endif /* DAX_LAYOUT_H */");
}

int main(int argc, char **argv)
{
	struct btf_dump *dump;
	struct btf *btf;

	if (argc != 2) {
		fputs("usage: layout BTF >dax-layout.h\n", stderr);
		return 2;
	}
	path = argv[1];
	libbpf_set_print(NULL);
	btf = btf__parse(path, NULL);
	if (!btf) {
		fprintf(stderr,
			"layout: %s: no BTF in it: %s\n"
			"layout: the kernel must be built with "
			"CONFIG_DEBUG_INFO_BTF=y; KERNEL_BTF=FILE names\n"
			"layout: another file with its BTF (a vmlinux, or a "
			"copy of /sys/kernel/btf/vmlinux)\n",
			path, strerror(errno));
		return 1;
	}
	dump = btf_dump__new(btf, collect, NULL, NULL);
	if (!dump) {
		fprintf(stderr, "layout: %s: %s\n", path, strerror(errno));
		return 1;
	}
	write_header(btf, dump);
	btf_dump__free(dump);
	btf__free(btf);
	if (fflush(stdout) || ferror(stdout)) {
		perror("layout");
		return 1;
	}
	return 0;
}
