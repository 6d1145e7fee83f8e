// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/map-text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/size.h"
#include "basic/text.h"
#include "cli/terminal.h"
#include "plan/device-mode.h"

#define WIDTH_USUAL 80
#define WIDTH_MAX 160
#define INDENT 2

/* How many bytes a sign stands for: a power of two, so that people can count.
 */
static uint64_t find_scale(const struct address_area *area)
{
	size_t width = terminal_width() ?: WIDTH_USUAL;
	uint64_t size = phys_range_size(area->range), scale = 1;

	width = (width < WIDTH_MAX ? width : WIDTH_MAX) - INDENT;
	while (size / scale + (size % scale != 0) > width)
		scale *= 2;
	return scale;
}

static const char *style_start(enum address_kind kind)
{
	int style = address_symbols[kind].style;

	return style < 0 ? "" : terminal_start((enum terminal_style)style);
}

static const char *style_end(enum address_kind kind)
{
	return address_symbols[kind].style < 0 ? "" : terminal_end();
}

static void print_signs(const enum address_kind *kinds, size_t n,
			unsigned int *used)
{
	printf("%*s", INDENT, "");
	for (size_t i = 0; i < n; i++) {
		const struct address_symbol *symbol =
			&address_symbols[kinds[i]];

		if (i == 0 || kinds[i] != kinds[i - 1])
			fputs(style_start(kinds[i]), stdout);
		fputs(terminal_has_unicode() ? symbol->sign : symbol->ascii,
		      stdout);
		if (i + 1 == n || kinds[i] != kinds[i + 1])
			fputs(style_end(kinds[i]), stdout);
		*used |= 1U << kinds[i];
	}
	putchar('\n');
}

/* "dax0.0 devdax", or as much of it as there is room for. */
static char *label(const struct facts_snapshot *snapshot,
		   const struct address_extent *extent)
{
	const struct facts_device *device = extent->item->device;
	const char *mode = device_mode_name(device_mode_find(snapshot, device));
	const size_t room = extent->end - extent->begin;
	const size_t name = strlen(device->name) + 1; /* and the corner */

	if (name > room)
		return strdup("");
	return text_format("%s%s%s%s", terminal_has_unicode() ? "└" : "\\",
			   device->name, name + strlen(mode) < room ? " " : "",
			   name + strlen(mode) < room ? mode : "");
}

/* Of @text, in which only the corner is no ASCII. */
static size_t count_columns(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += (*text & 0xc0) != 0x80;
	return n;
}

static int print_labels(const struct facts_snapshot *snapshot,
			const struct address_area *area, size_t n)
{
	size_t next = 0, column = 0, skipped = 0;
	struct address_extent extent;

	printf("%*s", INDENT, "");
	while (address_map_next(area, n, &next, &extent)) {
		_cleanup_free_ char *text = label(snapshot, &extent);

		if (!text)
			return -ENOMEM;
		skipped += !*text;
		if (!*text || extent.begin < column)
			continue;
		printf("%*s%s", (int)(extent.begin - column), "", text);
		column = extent.begin + count_columns(text);
	}
	if (skipped)
		printf("%s(%zu device%s too small to be named)",
		       column ? " " : "", skipped, skipped == 1 ? "" : "s");
	putchar('\n');
	return 0;
}

static int print_picture(const struct view *view,
			 const struct address_area *area, unsigned int *used)
{
	const uint64_t scale = find_scale(area);
	const uint64_t size = phys_range_size(area->range);
	const size_t n = (size_t)(size / scale + (size % scale != 0));
	_cleanup_free_ enum address_kind *kinds = calloc(n, sizeof(*kinds));
	char buf[SIZE_FORMAT_MAX];

	if (!kinds)
		return -ENOMEM;
	printf("; a sign is %s\n", size_format(scale, buf));
	address_map_scale(area, n, kinds);
	print_signs(kinds, n, used);
	return print_labels(view->survey->snapshot, area, n);
}

static int print_area(const struct view *view, const struct address_area *area,
		      unsigned int *used)
{
	_cleanup_free_ char *title = address_map_title(area);

	if (!title)
		return -ENOMEM;
	printf("%s%s%s", terminal_start(TERMINAL_BOLD), title, terminal_end());
	if (area->n_spans)
		return print_picture(view, area, used);
	printf("; its addresses are unknown here, root can read them\n");
	return 0;
}

/* What is between two regions is not theirs. */
static void print_gap(const struct address_area *area,
		      const struct address_area *before)
{
	char buf[SIZE_FORMAT_MAX];

	if (!area->n_spans || area->range.start <= before->range.end + 1)
		return;
	printf("%*s%s%s %s of other addresses%s\n", INDENT, "",
	       terminal_start(TERMINAL_DIM), terminal_has_unicode() ? "⋮" : ":",
	       size_format(area->range.start - before->range.end - 1, buf),
	       terminal_end());
}

int map_text_print(const struct view *view, const struct address_map *map,
		   unsigned int *used)
{
	int r = 0;

	if (view->host)
		printf("%s:\n", view->host);
	for (size_t i = 0; i < map->n_areas && r == 0; i++) {
		if (i > 0)
			print_gap(&map->areas[i], &map->areas[i - 1]);
		r = print_area(view, &map->areas[i], used);
	}
	return r;
}

void map_text_legend(unsigned int used)
{
	const char *between = "\n";

	for (size_t i = 0; i < ADDRESS_KINDS; i++) {
		const struct address_symbol *symbol = &address_symbols[i];

		if (!(used & 1U << i))
			continue;
		printf("%s%s%s%s %s", between, style_start(i),
		       terminal_has_unicode() ? symbol->sign : symbol->ascii,
		       style_end(i), symbol->help);
		between = "   ";
	}
	if (used)
		putchar('\n');
}
