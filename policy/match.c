// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "basic/text.h"
#include "policy/file.h"
#include "policy/match.h"

/* Where something stands that is not in the file itself: " (FILE:LINE)" or
 * " (FILE)", else "". To be freed; NULL: out of memory. */
static char *elsewhere(const struct policy_file *file, const char *source,
		       unsigned int line)
{
	if (source == policy_file_name(file))
		return strdup("");
	if (line)
		return text_format(" (%s:%u)", source, line);
	return text_format(" (%s)", source);
}

/* How the file answers, and the condition that makes it POLICY_DIFFERS or
 * POLICY_UNDECIDED. Only conditions that can be relied on are asked. */
static enum policy_answer find_answer(const struct policy_file *file,
				      const struct policy_subject *subject,
				      const struct policy_condition **ret)
{
	const struct policy_condition *undecided = NULL;

	for (size_t i = 0; i < file->n_conditions && !file->uncertain; i++) {
		const struct policy_condition *condition = &file->conditions[i];
		enum policy_answer answer;

		if (condition->uncertain)
			continue;
		answer = policy_condition_ask(condition, subject);
		if (answer == POLICY_DIFFERS) {
			*ret = condition;
			return answer;
		}
		if (answer == POLICY_UNDECIDED && !undecided)
			undecided = condition;
	}
	if (policy_file_error(file))
		return POLICY_IN_ERROR;
	*ret = undecided;
	return undecided ? POLICY_UNDECIDED : POLICY_FITS;
}

/* Whose fact a key asks for. */
static const char *owner(const struct policy_file *file,
			 const struct policy_setting *setting)
{
	if (setting->offset >= offsetof(struct policy_subject, host))
		return "machine";
	return policy_file_lays_out(file) &&
			       policy_setting_is_of_device(setting)
		       ? "region"
		       : "device";
}

/* To be freed; NULL: out of memory. */
static char *describe_ignorance(const struct policy_condition *condition,
				const struct policy_subject *subject,
				const char *whose)
{
	if (condition->setting->unknown == POLICY_UNKNOWN_CONTENT &&
	    subject->content_why)
		return text_format("it is unknown what the %s holds (%s)",
				   whose, subject->content_why);
	return text_format("what the %s has could not be read", whose);
}

static int explain_undecided(struct policy_reason *reason,
			     const struct policy_condition *condition,
			     const char *excerpt, const char *place,
			     const char *ignorance)
{
	if (!ignorance)
		return -ENOMEM;
	reason->message = text_format(
		"%s=%s%s cannot be compared: %s, so the device is kept as it "
		"is",
		condition->setting->key, excerpt, place, ignorance);
	return reason->message ? 0 : -ENOMEM;
}

static int explain_condition(struct policy_reason *reason,
			     const struct policy_file *file,
			     const struct policy_condition *condition,
			     const struct policy_subject *subject,
			     const char *place)
{
	_cleanup_free_ char *ignorance = NULL;
	const char *whose = owner(file, condition->setting);
	const char *key = condition->setting->key;
	char excerpt[TEXT_EXCERPT_MAX];

	text_excerpt(reason->wanted, excerpt);
	if (reason->answer == POLICY_UNDECIDED) {
		ignorance = describe_ignorance(condition, subject, whose);
		return explain_undecided(reason, condition, excerpt, place,
					 ignorance);
	}
	reason->message = text_format("%s=%s%s does not fit: the %s has %s",
				      key, excerpt, place, whose, reason->have);
	return reason->message ? 0 : -ENOMEM;
}

static int give_condition(struct policy_reason *reason,
			  const struct policy_file *file,
			  const struct policy_condition *condition,
			  const struct policy_subject *subject)
{
	_cleanup_free_ char *place =
		elsewhere(file, condition->source, condition->line);

	reason->key = condition->setting->key;
	if (condition->source == policy_file_name(file))
		reason->line = condition->line;
	reason->wanted = condition->text;
	reason->have = policy_condition_have(condition, subject);
	if (!place || !reason->have)
		return -ENOMEM;
	return explain_condition(reason, file, condition, subject, place);
}

static int give_error(struct policy_reason *reason,
		      const struct policy_file *file)
{
	const struct policy_diagnostic *error = policy_file_error(file);
	_cleanup_free_ char *place = elsewhere(file, error->file, error->line);

	if (!place)
		return -ENOMEM;
	if (error->file == policy_file_name(file))
		reason->line = error->line;
	reason->message =
		text_format("in error%s, so the device is kept as it is: %s",
			    place, error->message);
	return reason->message ? 0 : -ENOMEM;
}

/* All keys of a file that fits, one by one. */
static int give_keys(struct policy_reason *reason,
		     const struct policy_file *file,
		     const struct policy_subject *subject)
{
	reason->keys = calloc(file->n_conditions + 1, sizeof(*reason->keys));
	if (!reason->keys)
		return -ENOMEM;
	for (size_t i = 0; i < file->n_conditions; i++) {
		const struct policy_condition *condition = &file->conditions[i];
		struct policy_key_reason *key = &reason->keys[reason->n_keys];

		if (condition->n_values == 0)
			continue;
		*key = (struct policy_key_reason){
			.key = condition->setting->key,
			.answer = POLICY_FITS,
			.file = condition->source,
			.line = condition->line,
			.wanted = condition->text,
			.have = policy_condition_have(condition, subject),
		};
		reason->n_keys++;
		if (!key->have)
			return -ENOMEM;
	}
	return 0;
}

/* Masks among the drop-ins are none of its sources. */
static int give_dropins(struct policy_reason *reason,
			const struct policy_file *file)
{
	if (file->n_sources == 1)
		return 0;
	reason->dropins = calloc(file->n_sources, sizeof(*reason->dropins));
	if (!reason->dropins)
		return -ENOMEM;
	for (size_t i = 1; i < file->n_sources; i++)
		reason->dropins[reason->n_dropins++] = file->sources[i]->name;
	return 0;
}

static int give_fit(struct policy_reason *reason,
		    const struct policy_file *file,
		    const struct policy_subject *subject)
{
	int r;

	r = give_keys(reason, file, subject);
	if (r < 0)
		return r;
	reason->message = strdup(
		reason->n_keys > 0 ? "every key of [Match] fits"
				   : "[Match] has no key, so every device "
				     "fits");
	return reason->message ? 0 : -ENOMEM;
}

static int give_answer(struct policy_reason *reason,
		       const struct policy_file *file,
		       const struct policy_subject *subject)
{
	const struct policy_condition *condition = NULL;

	reason->answer = find_answer(file, subject, &condition);
	if (condition)
		return give_condition(reason, file, condition, subject);
	if (reason->answer == POLICY_IN_ERROR)
		return give_error(reason, file);
	return give_fit(reason, file, subject);
}

/*
 * What a file with [Device] sections is compared with is the region, of which
 * it makes the devices: else it would not fit any more once it has made them.
 */
static void ask_region(const struct policy_subject *device,
		       struct policy_subject *subject, struct phys_range *range)
{
	const struct policy_extent *extent = &device->extent;

	*subject = *device;
	if (extent->device)
		subject->device = extent->device;
	if (extent->path)
		subject->path = extent->path;
	subject->device_uuid = NULL;
	subject->size = extent->size;
	subject->align = extent->align;
	subject->unknown &= ~(POLICY_UNKNOWN_SIZE | POLICY_UNKNOWN_ALIGN |
			      POLICY_UNKNOWN_RANGES);
	if (!extent->size)
		subject->unknown |= POLICY_UNKNOWN_SIZE;
	if (!extent->align)
		subject->unknown |= POLICY_UNKNOWN_ALIGN;
	*range = (struct phys_range){ extent->start,
				      extent->start + extent->size - 1 };
	subject->ranges = range;
	subject->n_ranges = extent->start_known && extent->size;
	if (!subject->n_ranges)
		subject->unknown |= POLICY_UNKNOWN_RANGES;
}

/* Whom a file is compared with. */
struct asked {
	const struct policy_subject *subject;
	/* where it is a region */
	struct policy_subject region;
	struct phys_range range;
};

static void find_asked(const struct policy_file *file,
		       const struct policy_subject *device, struct asked *asked)
{
	asked->subject = device;
	if (!device->extent.dynamic || !policy_file_lays_out(file))
		return;
	ask_region(device, &asked->region, &asked->range);
	asked->subject = &asked->region;
}

/* A shorter way to find_answer()'s POLICY_DIFFERS: which of the conditions that
 * differ comes first only its reason asks. */
static bool differs_sharply(const struct policy_file *file,
			    const struct policy_subject *subject)
{
	const struct policy_condition *condition;

	if (file->uncertain || file->n_conditions == 0)
		return false;
	condition = &file->conditions[file->sharpest];
	return !condition->uncertain &&
	       policy_condition_ask(condition, subject) == POLICY_DIFFERS;
}

enum policy_answer policy_match_answer(const struct policy_file *file,
				       const struct policy_subject *device)
{
	const struct policy_condition *condition;
	struct asked asked;

	find_asked(file, device, &asked);
	if (differs_sharply(file, asked.subject))
		return POLICY_DIFFERS;
	return find_answer(file, asked.subject, &condition);
}

int policy_match_ask(const struct policy_file *file,
		     const struct policy_subject *device,
		     struct policy_reason *ret)
{
	struct policy_reason reason = { .file = policy_file_name(file) };
	struct asked asked;
	int r;

	find_asked(file, device, &asked);
	r = give_dropins(&reason, file);
	if (r >= 0)
		r = give_answer(&reason, file, asked.subject);
	if (r < 0) {
		policy_reason_done(&reason);
		return r;
	}
	*ret = reason;
	return 0;
}
