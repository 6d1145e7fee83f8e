// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/terminal.h"

#include <langinfo.h>
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/parse.h"

#define WIDTH_MIN 20
#define WIDTH_USUAL 80

static struct {
	bool is_one;
	bool unicode;
	bool colors;
	size_t width;
} terminal;

/* 1, 0; -1: the variable says neither, or is not there. */
static int ask_environment(const char *name)
{
	static const char *const no[] = { "0", "no", "n", "false", "f", "off" };
	static const char *const yes[] = {
		"1",  "yes", "y",     "true",	 "t",	     "on",
		"16", "256", "24bit", "auto-16", "auto-256", "auto-24bit"
	};
	const char *value = getenv(name);

	for (size_t i = 0; value && i < ARRAY_SIZE(no); i++)
		if (strcasecmp(value, no[i]) == 0)
			return 0;
	for (size_t i = 0; value && i < ARRAY_SIZE(yes); i++)
		if (strcasecmp(value, yes[i]) == 0)
			return 1;
	return -1;
}

/* As systemd's programs do: see ENVIRONMENT in systemctl(1). */
static bool find_colors(void)
{
	const char *term = getenv("TERM");
	int asked = ask_environment("SYSTEMD_COLORS");

	if (asked >= 0)
		return asked;
	return terminal.is_one && !getenv("NO_COLOR") && term &&
	       strcmp(term, "dumb") != 0;
}

static size_t find_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	uint64_t number;

	if (!terminal.is_one)
		return 0;
	if (!columns || parse_u64(columns, &number) < 0 || number > UINT16_MAX)
		number = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0
				 ? size.ws_col
				 : 0;
	if (number == 0)
		return WIDTH_USUAL;
	return number < WIDTH_MIN ? WIDTH_MIN : number;
}

void terminal_init(void)
{
	int unicode = ask_environment("SYSTEMD_UTF8");

	setlocale(LC_CTYPE, "");
	terminal.is_one = isatty(STDOUT_FILENO);
	terminal.unicode = unicode >= 0
				   ? unicode
				   : strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	terminal.colors = find_colors();
	terminal.width = find_width();
}

bool terminal_is_one(void)
{
	return terminal.is_one;
}

size_t terminal_width(void)
{
	return terminal.width;
}

bool terminal_has_unicode(void)
{
	return terminal.unicode;
}

bool terminal_has_colors(void)
{
	return terminal.colors;
}

const char *terminal_start(enum terminal_style style)
{
	static const char *const sequences[] = {
		[TERMINAL_BOLD] = "\033[1m",	 [TERMINAL_DIM] = "\033[2m",
		[TERMINAL_GOOD] = "\033[32m",	 [TERMINAL_CHANGE] = "\033[33m",
		[TERMINAL_BAD] = "\033[31m",	 [TERMINAL_KERNEL] = "\033[35m",
		[TERMINAL_MOVABLE] = "\033[36m",
	};

	return terminal.colors ? sequences[style] : "";
}

const char *terminal_end(void)
{
	return terminal.colors ? "\033[0m" : "";
}
