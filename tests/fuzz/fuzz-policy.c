// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Parses the input as a policy file and asks it for devices. A line "%" ends
 * the file; what follows is a drop-in of it, up to the next such line.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "basic/text.h"
#include "policy/file-check.h"
#include "policy/file.h"
#include "policy/match.h"
#include "policy/parser.h"
#include "policy/persistent.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/subjects.h"

#define SEPARATOR "\n%\n"

static void check_sources(const struct policy_file *file)
{
	for (size_t i = 0; i < file->n_sources; i++) {
		const struct policy_source *source = file->sources[i];

		must(source->n_diagnostics <= 2 * POLICY_DIAGNOSTICS_MAX);
		for (size_t j = 0; j < source->n_diagnostics; j++) {
			fuzz_check_message(source->diagnostics[j].message);
			must(j == 0 || source->diagnostics[j - 1].line <=
					       source->diagnostics[j].line);
		}
	}
}

static void check_reason(const struct policy_file *file,
			 const struct policy_reason *reason)
{
	bool has_error = policy_file_error(file) != NULL;

	fuzz_check_message(reason->message);
	must(reason->file == policy_file_name(file));
	switch (reason->answer) {
	case POLICY_FITS:
	case POLICY_UNDECIDED:
		must(!has_error);
		break;
	case POLICY_IN_ERROR:
		must(has_error);
		break;
	case POLICY_DIFFERS:
		must(!file->uncertain && reason->key);
		break;
	}
	must(file->use.mode < POLICY_MODE_COUNT);
	must(file->use.zone < POLICY_ZONE_COUNT);
	must(file->use.present < POLICY_PRESENT_COUNT);
	must(file->use.persistent == POLICY_PERSISTENT_OVERWRITE ||
	     !policy_persistent_allows(file->use.persistent, CONTENT_UNKNOWN));
}

static void ask(const struct policy_file *file)
{
	for (size_t i = 0; i < FUZZ_SUBJECTS; i++) {
		struct policy_reason reason;

		must(policy_match_ask(file, &fuzz_subjects[i], &reason) == 0);
		check_reason(file, &reason);
		must(policy_match_answer(file, &fuzz_subjects[i]) ==
		     reason.answer);
		policy_reason_done(&reason);
	}
}

/* Parses up to the separator and returns how much it took. */
static size_t parse_part(struct policy_file *file, struct policy_source *source,
			 const char *text, size_t size)
{
	const char *end = memmem(text, size, SEPARATOR, strlen(SEPARATOR));
	size_t part = end ? (size_t)(end - text) + 1 : size;

	must(policy_parser_parse(file, source, text, part) == 0);
	return end ? part + strlen(SEPARATOR) - 1 : size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_policy_file_ struct policy_file *file =
		policy_file_new(POLICY_KIND_REGION, "/etc/daxbroker/x.region");
	struct policy_source *source;
	const char *text = (const char *)data;
	size_t done;

	must(file);
	if (size > POLICY_FILE_SIZE_MAX)
		return 0;
	done = parse_part(file, file->sources[0], text, size);
	while (done < size) {
		must(policy_file_add_source(file, "/etc/x.region.d/y.conf",
					    &source) == 0);
		done += parse_part(file, source, text + done, size - done);
	}
	must(policy_file_check(file) == 0);
	check_sources(file);
	ask(file);
	return 0;
}
