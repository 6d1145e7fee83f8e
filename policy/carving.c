// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/carving.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "basic/parse.h"
#include "policy/slice.h"

static const char *const fault_names[] = {
	[POLICY_CARVING_FITS] = "fits",
	[POLICY_CARVING_STATIC] = "static",
	[POLICY_CARVING_UNKNOWN] = "unknown",
	[POLICY_CARVING_TOO_LARGE] = "too-large",
	[POLICY_CARVING_MISALIGNED] = "misaligned",
	[POLICY_CARVING_WASTE] = "waste",
};

const char *policy_carving_fault_name(enum policy_carving_fault fault)
{
	return fault_names[fault];
}

/* What is being worked out. */
struct draft {
	struct policy_carving *carving;
	const struct policy_slice *slices;
	const struct policy_extent *extent;
};

static int find_fault(struct draft *draft, enum policy_carving_fault fault,
		      const char *format, ...) _printf_(3, 4);

/* Returns 1, for there is no need to look further; or -ENOMEM. */
static int find_fault(struct draft *draft, enum policy_carving_fault fault,
		      const char *format, ...)
{
	va_list ap;
	int r;

	va_start(ap, format);
	r = vasprintf(&draft->carving->message, format, ap);
	va_end(ap);
	if (r < 0) {
		draft->carving->message = NULL;
		return -ENOMEM;
	}
	draft->carving->fault = fault;
	return 1;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static bool is_ram(const struct policy_piece *piece)
{
	return piece->mode == POLICY_MODE_SYSTEM_RAM;
}

/* A share of the region in whole units of what the piece is made of. */
static uint64_t share(const struct policy_extent *extent,
		      const struct policy_piece *piece, uint64_t percent)
{
	uint64_t bytes = extent->size / 100 * percent +
			 extent->size % 100 * percent / 100;
	uint64_t unit = larger(piece->align, extent->align);

	if (is_ram(piece))
		unit = larger(unit, extent->block_size);
	return bytes - bytes % unit;
}

static int check_extent(struct draft *draft)
{
	const struct policy_extent *extent = draft->extent;
	bool needs_start = false, needs_blocks = false;

	for (size_t i = 0; i < draft->carving->n_pieces; i++) {
		const struct policy_piece *piece = &draft->carving->pieces[i];

		needs_blocks |= is_ram(piece);
		needs_start |= is_ram(piece) || piece->align > extent->align;
	}
	if (!extent->dynamic)
		return find_fault(draft, POLICY_CARVING_STATIC,
				  "the kernel cannot carve this region: its "
				  "provider gives it one device of a fixed "
				  "size");
	if (extent->size == 0 || extent->align == 0)
		return find_fault(draft, POLICY_CARVING_UNKNOWN,
				  "the size or the alignment of the region "
				  "cannot be read; root can read them");
	if (needs_blocks && extent->block_size == 0)
		return find_fault(draft, POLICY_CARVING_UNKNOWN,
				  "this kernel cannot hot-plug memory, so no "
				  "slice can be system-ram");
	if (needs_start && !extent->start_known)
		return find_fault(draft, POLICY_CARVING_UNKNOWN,
				  "where the region starts cannot be told, as "
				  "the physical ranges cannot be read or part "
				  "of it belongs to no device");
	return 0;
}

/* Sizes all pieces; those that are said first, for the rest is what they
 * leave. */
static int set_sizes(struct draft *draft)
{
	const struct policy_extent *extent = draft->extent;
	struct policy_carving *carving = draft->carving;
	uint64_t total = 0;
	struct policy_piece *rest = NULL;
	char need[FORMAT_SIZE_MAX], have[FORMAT_SIZE_MAX];

	for (size_t i = 0; i < carving->n_pieces; i++) {
		const struct policy_slice_size *size = &draft->slices[i].size;
		struct policy_piece *piece = &carving->pieces[i];

		if (size->unit == POLICY_SLICE_REST)
			rest = piece;
		else if (size->unit == POLICY_SLICE_PERCENT)
			piece->size = share(extent, piece, size->number);
		else
			piece->size = size->number;
		if (__builtin_add_overflow(total, piece->size, &total))
			total = UINT64_MAX;
	}
	if (total > extent->size || (rest && total == extent->size))
		return find_fault(draft, POLICY_CARVING_TOO_LARGE,
				  "its slices need %s%s and the region has %s",
				  format_size_exact(total, need),
				  rest ? " and something for the rest" : "",
				  format_size_exact(extent->size, have));
	if (rest) {
		uint64_t unit = larger(rest->align, extent->align);

		rest->size = extent->size - total;
		rest->size -= rest->size % unit;
		total += rest->size;
	}
	carving->unused = extent->size - total;
	return 0;
}

static int check_page_size(struct draft *draft, const struct policy_piece *piece)
{
	const struct policy_extent *extent = draft->extent;
	char size[FORMAT_SIZE_MAX], align[FORMAT_SIZE_MAX];
	uint64_t unit = larger(piece->align, extent->align);

	format_size_exact(unit, align);
	if (piece->size == 0)
		return find_fault(draft, POLICY_CARVING_TOO_LARGE,
				  "nothing is left for %s in units of %s",
				  piece->name, align);
	if (piece->size % unit)
		return find_fault(draft, POLICY_CARVING_MISALIGNED,
				  "%s is to have %s, which is not a multiple "
				  "of %s",
				  piece->name, format_size_exact(piece->size, size),
				  align);
	if (extent->start_known && (extent->start + piece->offset) % unit)
		return find_fault(draft, POLICY_CARVING_MISALIGNED,
				  "%s would start %s into the region, at "
				  "%#" PRIx64 ", which is not a multiple of %s",
				  piece->name, format_size_exact(piece->offset, size),
				  extent->start + piece->offset, align);
	return 0;
}

/* Only whole memory blocks become system RAM. Where a region begins or ends is
 * nobody's choice, but where its slices do is. */
static int check_blocks(struct draft *draft, struct policy_piece *piece)
{
	const uint64_t block = draft->extent->block_size;
	const uint64_t start = draft->extent->start + piece->offset;
	const struct phys_range range = { start, start + piece->size - 1 };
	char size[FORMAT_SIZE_MAX], unit[FORMAT_SIZE_MAX], lost[FORMAT_SIZE_MAX];
	uint64_t first;
	bool rest;

	rest = draft->slices[piece - draft->carving->pieces].size.unit ==
	       POLICY_SLICE_REST;
	piece->waste =
		piece->size - phys_range_blocks(range, block, &first) * block;
	draft->carving->waste += piece->waste;
	format_size_exact(block, unit);
	format_size_exact(piece->waste, lost);
	if (!rest && piece->size % block)
		return find_fault(draft, POLICY_CARVING_MISALIGNED,
				  "%s is to have %s, which is not a multiple "
				  "of the memory blocks of %s: %s of it would "
				  "be lost",
				  piece->name, format_size_exact(piece->size, size),
				  unit, lost);
	if (piece->offset > 0 && start % block)
		return find_fault(draft, POLICY_CARVING_MISALIGNED,
				  "%s would start %s into the region, at "
				  "%#" PRIx64 ", within a memory block of %s: "
				  "%s of it would be lost",
				  piece->name, format_size_exact(piece->offset, size),
				  start, unit, lost);
	return 0;
}

static int check_pieces(struct draft *draft)
{
	struct policy_carving *carving = draft->carving;
	char lost[FORMAT_SIZE_MAX], unit[FORMAT_SIZE_MAX];
	uint64_t offset = 0;

	for (size_t i = 0; i < carving->n_pieces; i++) {
		struct policy_piece *piece = &carving->pieces[i];
		int r;

		piece->offset = offset;
		offset += piece->size;
		r = check_page_size(draft, piece);
		if (r == 0 && is_ram(piece))
			r = check_blocks(draft, piece);
		if (r != 0)
			return r;
	}
	if (carving->waste <= draft->extent->block_size)
		return 0;
	return find_fault(draft, POLICY_CARVING_WASTE,
			  "%s of system-ram would lie in no whole memory block "
			  "of %s, which is more than one of them",
			  format_size_exact(carving->waste, lost),
			  format_size_exact(draft->extent->block_size, unit));
}

static void print_pieces(FILE *f, const struct policy_carving *carving)
{
	char size[FORMAT_SIZE_MAX];

	for (size_t i = 0; i < carving->n_pieces; i++) {
		const struct policy_piece *piece = &carving->pieces[i];

		fprintf(f, "%s%s (%s, %s)", i ? ", " : "", piece->name,
			format_size_exact(piece->size, size),
			policy_mode_name(piece->mode));
	}
	if (carving->unused > 0)
		fprintf(f, ", %s unused", format_size_exact(carving->unused, size));
	if (carving->waste > 0)
		fprintf(f, ", %s lost to memory blocks",
			format_size_exact(carving->waste, size));
}

static int describe(struct policy_carving *carving)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f;

	f = open_memstream(&text, &size);
	if (!f)
		return -ENOMEM;
	print_pieces(f, carving);
	if (fclose(f) != 0) {
		free(text);
		return -ENOMEM;
	}
	carving->message = text;
	return 0;
}

static int make_piece(const struct policy_slice *slice,
		      const struct policy_extent *extent,
		      struct policy_piece *piece)
{
	*piece = (struct policy_piece){
		.name = strdup(slice->name),
		.mode = slice->use.mode,
		.zone = slice->use.zone,
		.memmap_on_memory = slice->use.memmap_on_memory,
		.exclusive = slice->use.exclusive,
		.fork_inheritance = slice->use.fork_inheritance,
		.align = slice->align ? slice->align : extent->align,
	};
	if (slice->use.node_name && is_ram(piece)) {
		piece->node_name = strdup(slice->use.node_name);
		if (!piece->node_name)
			return -ENOMEM;
	}
	return piece->name ? 0 : -ENOMEM;
}

static int make_pieces(struct draft *draft, size_t n)
{
	struct policy_carving *carving = draft->carving;
	int r;

	carving->pieces = calloc(n, sizeof(*carving->pieces));
	if (!carving->pieces)
		return -ENOMEM;
	for (; carving->n_pieces < n; carving->n_pieces++) {
		r = make_piece(&draft->slices[carving->n_pieces], draft->extent,
			       &carving->pieces[carving->n_pieces]);
		if (r < 0) {
			carving->n_pieces++;
			return r;
		}
	}
	return 0;
}

int policy_carve(const struct policy_slice *slices, size_t n_slices,
		 const struct policy_extent *extent,
		 struct policy_carving **ret)
{
	_cleanup_policy_carving_ struct policy_carving *carving =
		calloc(1, sizeof(*carving));
	struct draft draft = { carving, slices, extent };
	int r;

	if (!carving)
		return -ENOMEM;
	if (extent->start_known)
		carving->start = extent->start;
	r = make_pieces(&draft, n_slices);
	if (r == 0)
		r = check_extent(&draft);
	if (r == 0)
		r = set_sizes(&draft);
	if (r == 0)
		r = check_pieces(&draft);
	if (r == 0)
		r = describe(carving);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(carving);
	return 0;
}

void policy_carving_free(struct policy_carving *carving)
{
	for (size_t i = 0; i < carving->n_pieces; i++) {
		free(carving->pieces[i].name);
		free(carving->pieces[i].node_name);
	}
	free(carving->pieces);
	free(carving->message);
	free(carving);
}
