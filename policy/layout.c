// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/layout.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "basic/size.h"
#include "basic/text-stream.h"
#include "basic/text.h"
#include "policy/device-section.h"
#include "policy/settings.h"

static const char *const fault_names[] = {
	[POLICY_LAYOUT_FITS] = "fits",
	[POLICY_LAYOUT_STATIC] = "static",
	[POLICY_LAYOUT_UNKNOWN] = "unknown",
	[POLICY_LAYOUT_TOO_LARGE] = "too-large",
	[POLICY_LAYOUT_MISALIGNED] = "misaligned",
	[POLICY_LAYOUT_WASTE] = "waste",
};

const char *policy_layout_fault_name(enum policy_layout_fault fault)
{
	assert(fault < POLICY_LAYOUT_FAULTS);
	return fault_names[fault];
}

int policy_layout_set_fault(struct policy_layout *layout,
			    enum policy_layout_fault fault, const char *format,
			    ...)
{
	va_list ap;

	va_start(ap, format);
	layout->message = text_vformat(format, ap);
	va_end(ap);
	if (!layout->message)
		return -ENOMEM;
	layout->fault = fault;
	return 1;
}

/* How many from @first on are as one: idle ones of a pool stand side by side.
 */
static size_t count_alike(const struct policy_layout *layout, size_t first)
{
	size_t end = first + 1;

	if (!layout->fixed || layout->slices[first].grant)
		return 1;
	while (end < layout->n_slices && !layout->slices[end].grant)
		end++;
	return end - first;
}

static void print_alike(FILE *f, const struct policy_slice *slices, size_t n)
{
	char size[SIZE_FORMAT_MAX];
	uint64_t total = 0;

	for (size_t i = 0; i < n; i++)
		total += slices[i].size;
	fputs(slices[0].name, f);
	if (n > 1)
		fprintf(f, " to %s", slices[n - 1].name);
	fprintf(f, " (%s, %s)", size_format_exact(total, size),
		policy_mode_name(slices[0].use.mode));
}

static void print_rest(FILE *f, const struct policy_layout *layout)
{
	char size[SIZE_FORMAT_MAX];

	if (layout->unused > 0)
		fprintf(f, ", %s %s", size_format_exact(layout->unused, size),
			layout->fixed ? "free" : "unused");
	if (layout->waste > 0)
		fprintf(f, ", %s lost to memory blocks",
			size_format_exact(layout->waste, size));
}

int policy_layout_describe(struct policy_layout *layout)
{
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	FILE *f = text_stream_open(&stream);

	if (!f)
		return -ENOMEM;
	for (size_t i = 0, n; i < layout->n_slices; i += n) {
		n = count_alike(layout, i);
		fputs(i ? ", " : "", f);
		print_alike(f, &layout->slices[i], n);
	}
	if (layout->n_slices == 0)
		fputs("no device", f);
	print_rest(f, layout);
	layout->message = text_stream_take(&stream);
	return layout->message ? 0 : -ENOMEM;
}

/* A layout whose figures are being computed. */
struct layout_draft {
	struct policy_layout *layout;
	const struct policy_device_section *slices;
	const struct policy_extent *extent;
};

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static bool is_ram(const struct policy_slice *slice)
{
	return slice->use.mode == POLICY_MODE_SYSTEM_RAM;
}

/* A share of the region in whole units of what the slice is made of. */
static uint64_t share(const struct policy_extent *extent,
		      const struct policy_slice *slice, uint64_t percent)
{
	uint64_t bytes = extent->size / 100 * percent +
			 extent->size % 100 * percent / 100;
	uint64_t unit = larger(slice->align, extent->align);

	if (is_ram(slice))
		unit = larger(unit, extent->block_size);
	return bytes - bytes % unit;
}

static int check_extent(struct layout_draft *draft)
{
	const struct policy_extent *extent = draft->extent;
	bool needs_start = false, needs_blocks = false;

	for (size_t i = 0; i < draft->layout->n_slices; i++) {
		const struct policy_slice *slice = &draft->layout->slices[i];

		needs_blocks |= is_ram(slice);
		needs_start |= is_ram(slice) || slice->align > extent->align;
	}
	if (!extent->dynamic)
		return policy_layout_set_fault(
			draft->layout, POLICY_LAYOUT_STATIC,
			"the kernel cannot lay out this region: its "
			"provider gives it one device of a fixed "
			"size");
	if (extent->size == 0 || extent->align == 0)
		return policy_layout_set_fault(
			draft->layout, POLICY_LAYOUT_UNKNOWN,
			"the size or the alignment of the region "
			"cannot be read; root can read them");
	if (needs_blocks && extent->block_size == 0)
		return policy_layout_set_fault(
			draft->layout, POLICY_LAYOUT_UNKNOWN,
			"this kernel cannot hot-plug memory, so no "
			"slice can be system-ram");
	if (needs_start && !extent->start_known)
		return policy_layout_set_fault(
			draft->layout, POLICY_LAYOUT_UNKNOWN,
			"the start of the region is unknown: the "
			"physical ranges cannot be read, or part of "
			"it belongs to no device");
	return 0;
}

/* Sizes all slices. Size=rest comes last, for it is what the others leave. */
static int set_sizes(struct layout_draft *draft)
{
	const struct policy_extent *extent = draft->extent;
	struct policy_layout *layout = draft->layout;
	uint64_t total = 0;
	struct policy_slice *rest = NULL;
	char need[SIZE_FORMAT_MAX], have[SIZE_FORMAT_MAX];

	for (size_t i = 0; i < layout->n_slices; i++) {
		const struct policy_size *size = &draft->slices[i].size;
		struct policy_slice *slice = &layout->slices[i];

		if (size->unit == POLICY_SIZE_REST)
			rest = slice;
		else if (size->unit == POLICY_SIZE_PERCENT)
			slice->size = share(extent, slice, size->number);
		else
			slice->size = size->number;
		if (__builtin_add_overflow(total, slice->size, &total))
			total = UINT64_MAX;
	}
	if (total > extent->size || (rest && total == extent->size))
		return policy_layout_set_fault(
			draft->layout, POLICY_LAYOUT_TOO_LARGE,
			"its slices need %s%s and the region has %s",
			size_format_exact(total, need),
			rest ? " and something for the rest" : "",
			size_format_exact(extent->size, have));
	if (rest) {
		uint64_t unit = larger(rest->align, extent->align);

		rest->size = extent->size - total;
		rest->size -= rest->size % unit;
		total += rest->size;
	}
	layout->unused = extent->size - total;
	return 0;
}

static int check_page_size(struct layout_draft *draft,
			   const struct policy_slice *slice)
{
	const struct policy_extent *extent = draft->extent;
	char size[SIZE_FORMAT_MAX], align[SIZE_FORMAT_MAX];
	uint64_t unit = larger(slice->align, extent->align);

	size_format_exact(unit, align);
	if (slice->size == 0)
		return policy_layout_set_fault(
			draft->layout, POLICY_LAYOUT_TOO_LARGE,
			"nothing is left for %s in units of %s", slice->name,
			align);
	if (slice->size % unit)
		return policy_layout_set_fault(
			draft->layout, POLICY_LAYOUT_MISALIGNED,
			"%s is to have %s, which is not a multiple "
			"of %s",
			slice->name, size_format_exact(slice->size, size),
			align);
	if (extent->start_known && (extent->start + slice->offset) % unit)
		return policy_layout_set_fault(
			draft->layout, POLICY_LAYOUT_MISALIGNED,
			"%s would start %s into the region, at "
			"%#" PRIx64 ", which is not a multiple of %s",
			slice->name, size_format_exact(slice->offset, size),
			extent->start + slice->offset, align);
	return 0;
}

/* Only whole memory blocks become system RAM. The ends of the region are given;
 * those of its slices are the policy's choice, so there it is a fault. */
static int check_blocks(struct layout_draft *draft, struct policy_slice *slice)
{
	const uint64_t block = draft->extent->block_size;
	const uint64_t start = draft->extent->start + slice->offset;
	const struct phys_range range = { start, start + slice->size - 1 };
	char size[SIZE_FORMAT_MAX], unit[SIZE_FORMAT_MAX],
		lost[SIZE_FORMAT_MAX];
	uint64_t first;
	bool rest;

	rest = draft->slices[slice - draft->layout->slices].size.unit ==
	       POLICY_SIZE_REST;
	slice->waste =
		slice->size - phys_range_blocks(range, block, &first) * block;
	draft->layout->waste += slice->waste;
	size_format_exact(block, unit);
	size_format_exact(slice->waste, lost);
	if (!rest && slice->size % block)
		return policy_layout_set_fault(
			draft->layout, POLICY_LAYOUT_MISALIGNED,
			"%s is to have %s, which is not a multiple "
			"of the memory blocks of %s: %s of it would "
			"be lost",
			slice->name, size_format_exact(slice->size, size), unit,
			lost);
	if (slice->offset > 0 && start % block)
		return policy_layout_set_fault(
			draft->layout, POLICY_LAYOUT_MISALIGNED,
			"%s would start %s into the region, at "
			"%#" PRIx64 ", within a memory block of %s: "
			"%s of it would be lost",
			slice->name, size_format_exact(slice->offset, size),
			start, unit, lost);
	return 0;
}

static int check_slices(struct layout_draft *draft)
{
	struct policy_layout *layout = draft->layout;
	char lost[SIZE_FORMAT_MAX], unit[SIZE_FORMAT_MAX];
	uint64_t offset = 0;

	for (size_t i = 0; i < layout->n_slices; i++) {
		struct policy_slice *slice = &layout->slices[i];
		int r;

		slice->offset = offset;
		offset += slice->size;
		r = check_page_size(draft, slice);
		if (r == 0 && is_ram(slice))
			r = check_blocks(draft, slice);
		if (r != 0)
			return r;
	}
	if (layout->waste <= draft->extent->block_size)
		return 0;
	return policy_layout_set_fault(
		draft->layout, POLICY_LAYOUT_WASTE,
		"%s of system-ram would lie in no whole memory block "
		"of %s, which is more than one of them",
		size_format_exact(layout->waste, lost),
		size_format_exact(draft->extent->block_size, unit));
}

static struct policy_slice
make_slice(const struct policy_device_section *section,
	   const struct policy_extent *extent)
{
	struct policy_slice slice = {
		.use = section->use,
		.align = section->align ? section->align : extent->align,
	};

	memcpy(slice.name, section->name, sizeof(slice.name));
	policy_settings_trim_use(&slice.use);
	return slice;
}

static int make_slices(struct layout_draft *draft, size_t n)
{
	struct policy_layout *layout = draft->layout;

	layout->slices = calloc(n, sizeof(*layout->slices));
	if (!layout->slices)
		return -ENOMEM;
	for (; layout->n_slices < n; layout->n_slices++)
		layout->slices[layout->n_slices] = make_slice(
			&draft->slices[layout->n_slices], draft->extent);
	return 0;
}

int policy_layout_make(const struct policy_device_section *slices,
		       size_t n_slices, const struct policy_extent *extent,
		       struct policy_layout **ret)
{
	_cleanup_policy_layout_ struct policy_layout *layout =
		calloc(1, sizeof(*layout));
	struct layout_draft draft = { layout, slices, extent };
	int r;

	if (!layout)
		return -ENOMEM;
	if (extent->start_known)
		layout->start = extent->start;
	r = make_slices(&draft, n_slices);
	if (r == 0)
		r = check_extent(&draft);
	if (r == 0)
		r = set_sizes(&draft);
	if (r == 0)
		r = check_slices(&draft);
	if (r == 0)
		r = policy_layout_describe(layout);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(layout);
	return 0;
}

struct policy_layout *policy_layout_share(struct policy_layout *layout)
{
	layout->n_others++;
	return layout;
}

void policy_layout_free(struct policy_layout *layout)
{
	if (layout->n_others > 0) {
		layout->n_others--;
		return;
	}
	free(layout->slices);
	free(layout->ranges);
	free(layout->message);
	free(layout);
}
