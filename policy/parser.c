// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/parser.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "policy/ini.h"
#include "policy/nearest.h"
#include "policy/text.h"

#define SECTION_CARVING "Device"
#define PREFIX_IGNORED "X-"

struct parser {
	struct policy_file *file;
	struct policy_source *source;
	const char *section; /* of the table; NULL: before the first one */
	bool skip;	     /* the section is not looked into */
};

static bool is_match(const char *section)
{
	return section && strcmp(section, POLICY_SECTION_MATCH) == 0;
}

/* Text of a place that may be [Match] means nothing to us: it could have let
 * the file fit more devices than the rest of [Match] does. */
static void lose_certainty(struct parser *parser)
{
	if (!parser->section || is_match(parser->section))
		parser->file->uncertain = true;
}

static int parse_carving(struct parser *parser, const struct ini_item *item)
{
	return policy_source_tell(parser->source, POLICY_ERROR, item->line,
				  "[%s]: carving is not supported by this "
				  "version, and without it the whole device "
				  "would be switched",
				  item->name);
}

/* Ends a sentence about a wrong name. */
#define HINT_MAX 80
static const char *hint(const char *nearest, char buf[HINT_MAX])
{
	buf[0] = '\0';
	if (nearest)
		snprintf(buf, HINT_MAX, "; did you mean %s?", nearest);
	return buf;
}

static int parse_unknown_section(struct parser *parser,
				 const struct ini_item *item)
{
	const char *nearest = policy_section_nearest(item->name);
	char excerpt[TEXT_EXCERPT_MAX], buf[HINT_MAX];

	text_excerpt(item->name, excerpt);
	if (!is_match(nearest))
		return policy_source_tell(parser->source, POLICY_WARNING,
					  item->line,
					  "the unknown section [%s] is "
					  "ignored%s",
					  excerpt, hint(nearest, buf));
	parser->file->uncertain = true;
	return policy_source_tell(parser->source, POLICY_ERROR, item->line,
				  "leaving out the unknown section [%s] would "
				  "make the file fit more devices%s",
				  excerpt, hint(nearest, buf));
}

static int parse_section(struct parser *parser, const struct ini_item *item)
{
	const char *known = policy_section_find(item->name);

	parser->skip = !known;
	if (known) {
		parser->section = known;
		parser->file->has_match |= is_match(known);
		return 0;
	}
	if (text_starts_with(item->name, PREFIX_IGNORED))
		return 0;
	if (name_distance(item->name, SECTION_CARVING) <= 1)
		return parse_carving(parser, item);
	return parse_unknown_section(parser, item);
}

static int parse_condition(struct parser *parser, const struct ini_item *item,
			   const struct policy_setting *setting)
{
	_cleanup_free_ char *message = NULL;
	struct policy_condition *condition;
	int r;

	condition = policy_file_condition(parser->file, setting,
					  parser->source->name, item->line);
	if (!condition)
		return -ENOMEM;
	if (condition->n_values == 0) {
		condition->source = parser->source->name;
		condition->line = item->line;
	}
	r = policy_condition_assign(condition, item->value, &message);
	if (r != -EINVAL)
		return r;
	return policy_source_tell(parser->source, POLICY_ERROR, item->line,
				  "%s", message);
}

static int parse_region(struct parser *parser, const struct ini_item *item,
			const struct policy_setting *setting)
{
	uint64_t bit = UINT64_C(1) << (setting - policy_settings);
	_cleanup_free_ char *message = NULL;
	int r;

	r = setting->parse(setting, item->value, &parser->file->region,
			   &message);
	parser->file->assigned |= bit;
	if (!*item->value)
		parser->file->assigned &= ~bit;
	if (r != -EINVAL)
		return r;
	return policy_source_tell(parser->source, POLICY_ERROR, item->line,
				  "%s", message);
}

/* Left out, a key of [Match] would restrict nothing. It may also have been
 * meant to add values to the key that it resembles. */
static int parse_unknown_condition(struct parser *parser,
				   const struct ini_item *item)
{
	const struct policy_setting *nearest =
		policy_setting_nearest(parser->section, item->name);
	char excerpt[TEXT_EXCERPT_MAX], buf[HINT_MAX];
	struct policy_condition *condition;

	if (nearest) {
		condition =
			policy_file_condition(parser->file, nearest,
					      parser->source->name, item->line);
		if (!condition)
			return -ENOMEM;
		condition->uncertain = true;
	}
	return policy_source_tell(parser->source, POLICY_ERROR, item->line,
				  "leaving out the unknown key %s= of [%s] "
				  "would make the file fit more devices%s",
				  text_excerpt(item->name, excerpt),
				  parser->section,
				  hint(nearest ? nearest->key : NULL, buf));
}

static int parse_unknown_key(struct parser *parser, const struct ini_item *item)
{
	const struct policy_setting *nearest =
		policy_setting_nearest(parser->section, item->name);
	char excerpt[TEXT_EXCERPT_MAX], buf[HINT_MAX];

	if (is_match(parser->section))
		return parse_unknown_condition(parser, item);
	return policy_source_tell(parser->source, POLICY_WARNING, item->line,
				  "the unknown key %s= of [%s] is ignored%s",
				  text_excerpt(item->name, excerpt),
				  parser->section,
				  hint(nearest ? nearest->key : NULL, buf));
}

static int parse_assignment(struct parser *parser, const struct ini_item *item)
{
	const struct policy_setting *setting;
	char excerpt[TEXT_EXCERPT_MAX];

	if (parser->skip || text_starts_with(item->name, PREFIX_IGNORED))
		return 0;
	if (!parser->section) {
		lose_certainty(parser);
		return policy_source_tell(parser->source, POLICY_ERROR,
					  item->line,
					  "%s= stands before the first "
					  "[SECTION]",
					  text_excerpt(item->name, excerpt));
	}
	setting = policy_setting_find(parser->section, item->name);
	if (!setting)
		return parse_unknown_key(parser, item);
	if (is_match(parser->section))
		return parse_condition(parser, item, setting);
	return parse_region(parser, item, setting);
}

static int parse_fault(struct parser *parser, const struct ini_item *item)
{
	char excerpt[TEXT_EXCERPT_MAX];

	/* What a section that is skipped holds is not ours to judge. */
	if (parser->skip && *item->name != '[')
		return 0;
	if (*item->name == '[') {
		parser->file->uncertain = true;
		parser->skip = true;
	} else {
		lose_certainty(parser);
	}
	return policy_source_tell(parser->source, POLICY_ERROR, item->line,
				  "'%s' cannot be read: %s",
				  text_excerpt(item->name, excerpt),
				  item->value);
}

static int parse_item(struct parser *parser, const struct ini_item *item)
{
	switch (item->kind) {
	case INI_SECTION:
		return parse_section(parser, item);
	case INI_ASSIGNMENT:
		return parse_assignment(parser, item);
	case INI_FAULT:
		return parse_fault(parser, item);
	}
	return 0;
}

int policy_parse(struct policy_file *file, struct policy_source *source,
		 const char *text, size_t size)
{
	struct parser parser = { .file = file, .source = source };
	struct ini_reader reader;
	struct ini_item item;
	const char *what;
	unsigned int line;
	int r;

	line = text_fault(text, size, &what);
	if (line) {
		file->uncertain = true;
		return policy_source_tell(source, POLICY_ERROR, line,
					  "this is no text file, it has %s; "
					  "none of it is used",
					  what);
	}
	r = ini_reader_init(&reader, text, size);
	while (r >= 0 && ini_next(&reader, &item))
		r = parse_item(&parser, &item);
	ini_reader_done(&reader);
	return r;
}
