// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/map-svg.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/size.h"
#include "basic/text-stream.h"
#include "basic/text.h"
#include "plan/device-mode.h"

/* Pixels. */
#define WIDTH 960
#define MARGIN 20
#define PARTS 900
#define ROW_HEIGHT 28
#define LINE 18
#define CHARACTER 7 /* no wider than that */

/* What XML takes for something else. */
static void print_escaped(FILE *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '<':
			fputs("&lt;", out);
			break;
		case '&':
			fputs("&amp;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			fputc((unsigned char)*text < ' ' ? '?' : *text, out);
		}
	}
}

static void print_text(FILE *out, double x, double y, const char *class,
		       const char *text)
{
	fprintf(out, "<text x=\"%g\" y=\"%g\" class=\"%s\">", x, y, class);
	print_escaped(out, text);
	fputs("</text>\n", out);
}

static void print_rect(FILE *out, size_t begin, size_t end, double y,
		       const char *class, const char *title)
{
	fprintf(out,
		"<rect x=\"%zu\" y=\"%g\" width=\"%zu\" height=\"%d\" "
		"class=\"%s\">",
		MARGIN + begin, y, end - begin, ROW_HEIGHT, class);
	if (title) {
		fputs("<title>", out);
		print_escaped(out, title);
		fputs("</title>", out);
	}
	fputs("</rect>\n", out);
}

/* A rectangle for each run of pixels of one kind. */
static void print_kinds(FILE *out, const enum address_kind *kinds, double y,
			unsigned int *used)
{
	size_t begin = 0;

	for (size_t i = 1; i <= PARTS; i++) {
		if (i < PARTS && kinds[i] == kinds[begin])
			continue;
		print_rect(out, begin, i, y, address_symbols[kinds[begin]].name,
			   NULL);
		*used |= 1U << kinds[begin];
		begin = i;
	}
}

/* Names where there is room; what is there else a pointer shows. */
static int print_device(FILE *out, const struct view *view,
			const struct address_extent *extent, double y)
{
	const struct facts_device *device = extent->item->device;
	const size_t room = extent->end - extent->begin;
	char size[SIZE_FORMAT_MAX];
	_cleanup_free_ char *text = text_format(
		"%s %s %s", device->name, size_format(device->size, size),
		device_mode_name(
			device_mode_find(view->survey->snapshot, device)));
	const char *shown = text;

	if (!text)
		return -ENOMEM;
	print_rect(out, extent->begin, extent->end, y, "device", text);
	if (strlen(text) * CHARACTER > room)
		shown = device->name;
	if (strlen(shown) * CHARACTER <= room)
		print_text(out, (double)(MARGIN + extent->begin),
			   y + ROW_HEIGHT + 13, "small", shown);
	return 0;
}

static int print_area(FILE *out, const struct view *view,
		      const struct address_area *area, struct map_svg *svg)
{
	_cleanup_free_ char *title = address_map_title(area);
	enum address_kind kinds[PARTS];
	struct address_extent extent;
	size_t next = 0;
	int r = 0;

	if (!title)
		return -ENOMEM;
	print_text(out, MARGIN, svg->height + 13, "title", title);
	svg->height += LINE;
	if (!area->n_spans)
		return 0;
	address_map_scale(area, PARTS, kinds);
	print_kinds(out, kinds, svg->height, &svg->used);
	print_rect(out, 0, PARTS, svg->height, "device", NULL);
	while (r == 0 && address_map_next(area, PARTS, &next, &extent))
		r = print_device(out, view, &extent, svg->height);
	svg->height += ROW_HEIGHT + 2 * LINE;
	return r;
}

int map_svg_add(struct map_svg *svg, const struct view *view,
		const struct address_map *map)
{
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	FILE *out = text_stream_open(&stream);
	_cleanup_free_ char *text = NULL;
	int r = 0;

	if (!out)
		return -ENOMEM;
	if (svg->height == 0)
		svg->height = MARGIN;
	if (view->host) {
		print_text(out, MARGIN, svg->height + 13, "host", view->host);
		svg->height += LINE + LINE / 2;
	}
	for (size_t i = 0; i < map->n_areas && r == 0; i++)
		r = print_area(out, view, &map->areas[i], svg);
	text = text_stream_take(&stream);
	if (r == 0)
		r = text ? text_add(&svg->body, "", text) : -ENOMEM;
	return r;
}

static void print_styles(void)
{
	printf("<style>\n"
	       "text { font-family: monospace; font-size: 12px; fill: #222 }\n"
	       ".host { font-size: 14px; font-weight: bold }\n"
	       ".title { font-weight: bold }\n"
	       ".small { font-size: 11px }\n"
	       ".device { fill: none; stroke: #222; pointer-events: all }\n");
	for (size_t i = 0; i < ADDRESS_KINDS; i++)
		printf(".%s { fill: %s }\n", address_symbols[i].name,
		       address_symbols[i].fill);
	printf("</style>\n");
}

static void print_legend(const struct map_svg *svg)
{
	double x = MARGIN;

	for (size_t i = 0; i < ADDRESS_KINDS; i++) {
		const struct address_symbol *symbol = &address_symbols[i];

		if (!(svg->used & 1U << i))
			continue;
		printf("<rect x=\"%g\" y=\"%g\" width=\"12\" height=\"12\" "
		       "class=\"%s\" stroke=\"#222\"/>\n",
		       x, svg->height, symbol->name);
		print_text(stdout, x + 18, svg->height + 11, "small",
			   symbol->help);
		x += 18 + (double)(strlen(symbol->help) + 3) * CHARACTER;
	}
}

void map_svg_print(struct map_svg *svg)
{
	double height = svg->height + LINE + MARGIN;

	printf("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
	       "height=\"%g\" viewBox=\"0 0 %d %g\">\n",
	       WIDTH, height, WIDTH, height);
	print_styles();
	printf("<rect width=\"%d\" height=\"%g\" fill=\"#fff\"/>\n", WIDTH,
	       height);
	fputs(svg->body ? svg->body : "", stdout);
	print_legend(svg);
	printf("</svg>\n");
	free(svg->body);
}
