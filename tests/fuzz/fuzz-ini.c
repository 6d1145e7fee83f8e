// SPDX-License-Identifier: GPL-2.0-or-later
/* The lexer alone: lines only grow, columns lie in their lines. */
#include <string.h>

#include "basic/text.h"
#include "policy/syntax/ini.h"
#include "tests/fuzz/fuzz.h"

static void check_item(const struct ini_item *item, unsigned int last_line)
{
	must(item->line > last_line);
	must(item->column >= 1 && item->column <= item->width);
	must(item->name && *item->name);
	must(!strpbrk(item->name, "\n"));
	if (item->kind == INI_SECTION)
		must(!strpbrk(item->name, "[]"));
	if (item->kind != INI_ASSIGNMENT)
		return;
	must(!strpbrk(item->value, "\n"));
	must(item->value > item->name);
	must(ini_column(item, item->value) <= item->width);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data, *what;
	struct ini_reader reader;
	struct ini_item item;
	unsigned int line = 0;

	if (text_fault(text, size, &what))
		return 0;
	must(ini_reader_init(&reader, text, size) == 0);
	while (ini_next(&reader, &item)) {
		check_item(&item, line);
		line = item.line;
	}
	ini_reader_done(&reader);
	return 0;
}
