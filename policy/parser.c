// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/parser.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "basic/nearest.h"
#include "basic/text.h"
#include "policy/syntax/ini.h"

#define PREFIX_IGNORED "X-"

struct parser {
	struct policy_file *file;
	struct policy_source *source;
	const char *section; /* of the table; NULL: before the first one */
	struct policy_device_section *slice; /* of the [Device] section */
	bool skip;			     /* the section is not read */
};

static bool is_match(const char *section)
{
	return section && strcmp(section, POLICY_SECTION_MATCH) == 0;
}

static bool is_section(const struct parser *parser, const char *section)
{
	return parser->section && strcmp(parser->section, section) == 0;
}

static struct policy_position name_at(const struct ini_item *item)
{
	return (struct policy_position){ item->line, item->column };
}

static struct policy_position value_at(const struct ini_item *item,
				       const char *at)
{
	return (struct policy_position){ item->line, ini_column(item, at) };
}

/* What could not be read may belong to [Match], and could let the file fit
 * other devices than the rest of it does. */
static void lose_certainty(struct parser *parser)
{
	if (!parser->section || is_match(parser->section))
		parser->file->uncertain = true;
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
	const char *nearest =
		policy_setting_nearest_section(parser->file->kind, item->name);
	char excerpt[TEXT_EXCERPT_MAX], buf[HINT_MAX];

	text_excerpt(item->name, excerpt);
	if (!nearest || strcmp(nearest, POLICY_SECTION_REGION) == 0)
		return policy_source_report(parser->source, POLICY_WARNING,
					    name_at(item),
					    "the unknown section [%s] is "
					    "ignored%s",
					    excerpt, hint(nearest, buf));
	parser->file->uncertain |= is_match(nearest);
	return policy_source_report(
		parser->source, POLICY_ERROR, name_at(item),
		"leaving out the unknown section [%s] would "
		"%s%s",
		excerpt,
		is_match(nearest) ? "make the file fit more devices"
				  : "allow more than is meant",
		hint(nearest, buf));
}

static int start_slice(struct parser *parser, const struct ini_item *item)
{
	parser->slice = policy_file_add_slice(parser->file,
					      parser->source->name, item->line);
	return parser->slice ? 0 : -ENOMEM;
}

/* Drop-ins go on with it. */
static void start_pool(struct parser *parser, const struct ini_item *item)
{
	struct policy_pool *pool = &parser->file->pool;

	if (pool->source)
		return;
	pool->source = parser->source->name;
	pool->line = item->line;
}

static int parse_section(struct parser *parser, const struct ini_item *item)
{
	const char *known =
		policy_setting_find_section(parser->file->kind, item->name);

	parser->skip = !known;
	if (known) {
		parser->section = known;
		parser->file->has_match |= is_match(known);
		if (is_section(parser, POLICY_SECTION_POOL))
			start_pool(parser, item);
		return is_section(parser, POLICY_SECTION_DEVICE)
			       ? start_slice(parser, item)
			       : 0;
	}
	if (text_starts_with(item->name, PREFIX_IGNORED))
		return 0;
	return parse_unknown_section(parser, item);
}

static int parse_condition(struct parser *parser, const struct ini_item *item,
			   const struct policy_setting *setting)
{
	_cleanup_free_ char *message = NULL;
	struct policy_condition *condition;
	const char *wrong = item->value;
	int r;

	condition = policy_file_condition(parser->file, setting,
					  parser->source->name, item->line);
	if (!condition)
		return -ENOMEM;
	if (condition->n_values == 0) {
		condition->source = parser->source->name;
		condition->line = item->line;
		condition->column = item->column;
	}
	r = policy_condition_assign(condition, item->value, &wrong, &message);
	if (r != -EINVAL)
		return r;
	return policy_source_report(parser->source, POLICY_ERROR,
				    value_at(item, wrong), "%s", message);
}

/* What @setting is written into, and the bits of that section's settings. */
static void *find_target(struct parser *parser,
			 const struct policy_setting *setting,
			 struct policy_mask **ret_assigned)
{
	*ret_assigned = &parser->file->assigned;
	if (is_section(parser, POLICY_SECTION_REGION))
		return &parser->file->use;
	if (is_section(parser, POLICY_SECTION_LIMITS))
		return &parser->file->limits;
	if (is_section(parser, POLICY_SECTION_POOL)) {
		*ret_assigned = &parser->file->pool.assigned;
		return setting->size ? (void *)&parser->file->pool.use
				     : &parser->file->pool;
	}
	*ret_assigned = &parser->slice->assigned;
	return setting->size ? (void *)&parser->slice->use : parser->slice;
}

/* Exclusions that this assignment added. */
static void note_exclusions(struct policy_limits *limits,
			    const struct policy_origin *origin)
{
	for (size_t i = 0; i < limits->n_never_touch; i++)
		if (!limits->never_touch[i].origin.file)
			limits->never_touch[i].origin = *origin;
}

static void note_assignment(struct parser *parser, const struct ini_item *item,
			    const struct policy_setting *setting,
			    struct policy_mask *assigned)
{
	size_t index = policy_setting_index(setting);
	struct policy_origin origin = {
		.file = parser->source->name,
		.line = item->line,
		.column = item->column,
	};

	policy_mask_set(assigned, index, *item->value);
	parser->file->origins[index] = origin;
	note_exclusions(&parser->file->limits, &origin);
}

static int parse_setting(struct parser *parser, const struct ini_item *item,
			 const struct policy_setting *setting)
{
	_cleanup_free_ char *message = NULL;
	struct policy_mask *assigned;
	void *target = find_target(parser, setting, &assigned);
	int r;

	r = setting->parse(setting, item->value, target, &message);
	note_assignment(parser, item, setting, assigned);
	if (r == -EINVAL)
		return policy_source_report(parser->source, POLICY_ERROR,
					    value_at(item, item->value), "%s",
					    message);
	return r < 0 ? r : 0;
}

/* In [Match] it may have been meant to add values to the key that it resembles.
 */
static int doubt_condition(struct parser *parser, const struct ini_item *item,
			   const struct policy_setting *setting)
{
	struct policy_condition *condition = policy_file_condition(
		parser->file, setting, parser->source->name, item->line);

	if (!condition)
		return -ENOMEM;
	condition->uncertain = true;
	return 0;
}

/* Without a key [Match] restricts less, and what lacks a setting may be another
 * thing than was meant. */
static int parse_unknown_key(struct parser *parser, const struct ini_item *item)
{
	const struct policy_setting *nearest =
		policy_setting_nearest(parser->section, item->name);
	const bool match = is_match(parser->section);
	char excerpt[TEXT_EXCERPT_MAX], buf[HINT_MAX];
	int r = match && nearest ? doubt_condition(parser, item, nearest) : 0;

	if (r < 0)
		return r;
	return policy_source_report(
		parser->source, POLICY_ERROR, name_at(item),
		"%sthe unknown key %s= of [%s] %s%s",
		match ? "leaving out " : "", text_excerpt(item->name, excerpt),
		parser->section,
		match ? "would make the file fit more devices"
		      : "cannot be ignored",
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
		return policy_source_report(parser->source, POLICY_ERROR,
					    name_at(item),
					    "%s= stands before the first "
					    "[SECTION]",
					    text_excerpt(item->name, excerpt));
	}
	setting = policy_setting_find(parser->section, item->name);
	if (!setting)
		return parse_unknown_key(parser, item);
	if (is_match(parser->section))
		return parse_condition(parser, item, setting);
	return parse_setting(parser, item, setting);
}

static int parse_fault(struct parser *parser, const struct ini_item *item)
{
	char excerpt[TEXT_EXCERPT_MAX];

	/* Sections that are skipped are not judged. */
	if (parser->skip && *item->name != '[')
		return 0;
	if (*item->name == '[') {
		parser->file->uncertain = true;
		parser->skip = true;
	} else {
		lose_certainty(parser);
	}
	return policy_source_report(parser->source, POLICY_ERROR, name_at(item),
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

int policy_parser_parse(struct policy_file *file, struct policy_source *source,
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
		return policy_source_report(
			source, POLICY_ERROR,
			(struct policy_position){ line, 0 },
			"this is not a text file: it has %s; "
			"nothing of it is used",
			what);
	}
	r = ini_reader_init(&reader, text, size);
	while (r >= 0 && ini_next(&reader, &item))
		r = parse_item(&parser, &item);
	ini_reader_done(&reader);
	return r;
}
