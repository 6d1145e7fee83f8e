// SPDX-License-Identifier: GPL-2.0-or-later
/* The interfaces on D-Bus as XML, or their manual page: a template in which
 * lines as "@Device.Mode@" stand for the headings of members. The page has to
 * have a word about each of them.
 * usage: describe-bus xml INTERFACE, describe-bus page TEMPLATE */
#include <stdio.h>
#include <string.h>

#include "basic/names.h"
#include "basic/text.h"
#include "daemon/bus/introspection.h"

static int fail(const char *what, const char *about)
{
	fprintf(stderr, "describe-bus: %s: %s\n", about, what);
	return 1;
}

static const struct kind *find_interface(const char *name)
{
	for (const struct kind *const *k = introspections; *k; k++)
		if (strcmp((*k)->interface, name) == 0)
			return *k;
	return NULL;
}

static int print_xml(const char *name)
{
	const struct kind *found = find_interface(name);
	_cleanup_free_ char *xml = found ? introspection_xml(found) : NULL;

	if (!xml)
		return fail("there is none", name);
	fputs(xml, stdout);
	return 0;
}

/* @word is "Device.Mode". */
static int print_heading(char *word)
{
	_cleanup_free_ char *interface = NULL, *heading = NULL;
	const struct kind *found;
	const sd_bus_vtable *entry = NULL;
	char *rest = word;
	const char *kind = strsep(&rest, ".");

	interface = text_format(BUS_NAME ".%s", kind);
	found = interface && rest ? find_interface(interface) : NULL;
	entry = found ? introspection_find(found, rest) : NULL;
	heading = entry ? introspection_heading(entry) : NULL;
	if (!heading)
		return fail("there is no such member", rest ?: kind);
	puts(heading);
	return 0;
}

static int print_line(char *line)
{
	size_t size = strcspn(line, "\n");

	if (size < 3 || line[0] != '@' || line[size - 1] != '@') {
		fputs(line, stdout);
		return 0;
	}
	line[size - 1] = '\0';
	return print_heading(line + 1);
}

/* Each member has its line in @template. */
static int check_members(const char *template)
{
	int r = 0;

	for (const struct kind *const *k = introspections; *k; k++)
		for (const sd_bus_vtable *e = (*k)->vtable;
		     e->type != _SD_BUS_VTABLE_END; e++) {
			_cleanup_free_ char *wanted =
				text_format("\n@%s.%s@\n",
					    strrchr((*k)->interface, '.') + 1,
					    introspection_name(e) ?: "");

			if (introspection_name(e) && wanted &&
			    !strstr(template, wanted))
				r |= fail("the page has no word about it",
					  wanted);
		}
	return r;
}

static int print_page(const char *path)
{
	_cleanup_fclose_ FILE *f = fopen(path, "r");
	_cleanup_free_ char *line = NULL, *template = NULL;
	size_t size = 0;
	int r = 0;

	if (!f)
		return fail("it cannot be read", path);
	while (getline(&line, &size, f) > 0) {
		if (text_add(&template, "", line) < 0)
			return 1;
		r |= print_line(line);
	}
	return r | check_members(template ?: "");
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "xml") == 0)
		return print_xml(argv[2]);
	if (argc == 3 && strcmp(argv[1], "page") == 0)
		return print_page(argv[2]);
	return fail("xml INTERFACE or page TEMPLATE", "usage");
}
