// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/fleet.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "basic/log.h"
#include "cli/text-file.h"
#include "facts/document-read.h"

static int read_snapshot(const char *name, struct facts_snapshot **ret)
{
	_cleanup_free_ char *text = NULL, *message = NULL;
	size_t size;
	int r;

	r = text_file_read(name, &text, &size);
	if (r < 0) {
		log_error("%s: %s", text_file_name(name), strerror(-r));
		return r;
	}
	r = facts_document_read(text, size, ret, &message);
	if (r < 0)
		log_error("%s: %s", text_file_name(name),
			  message ? message : strerror(-r));
	return r;
}

static enum exit_code survey_document(const char *name,
				      const struct policy_set *policies,
				      fleet_fn each, void *data)
{
	_cleanup_view_ struct view view = { 0 };
	struct facts_snapshot *snapshot = NULL;
	struct survey *survey;
	int r;

	if (read_snapshot(name, &snapshot) < 0)
		return EXIT_ERROR;
	r = survey_make(snapshot, policies, NULL, NULL, &survey);
	if (r == 0)
		r = view_make(survey, policies, &view);
	if (r < 0) {
		log_error("%s: %s", name, strerror(-r));
		return EXIT_ERROR;
	}
	view.host = survey->snapshot->host.name ? survey->snapshot->host.name
						: name;
	each(&view, data);
	return EXIT_OK;
}

enum exit_code fleet_each_document(const struct arguments *arguments,
				   const struct policy_set *policies,
				   fleet_fn each, void *data)
{
	enum exit_code status =
		survey_document(arguments->facts, policies, each, data);

	for (size_t i = 0; i < arguments->n_words; i++)
		status = worse(status, survey_document(arguments->words[i],
						       policies, each, data));
	return status;
}

static enum exit_code each_document(const struct arguments *arguments,
				    fleet_fn each, void *data)
{
	_cleanup_policy_set_ struct policy_set *policies = NULL;
	enum exit_code status;

	status = view_load_policies(arguments, &policies);
	if (status != EXIT_OK)
		return status;
	/* They are for this machine's devices. */
	policy_overrides_clear(&policies->overrides);
	if (strcmp(arguments->root, "/") == 0)
		policy_grants_clear(&policies->grants);
	status = fleet_each_document(arguments, policies, each, data);
	return worse(status,
		     policy_set_has_errors(policies) ? EXIT_POLICY : EXIT_OK);
}

enum exit_code fleet_each(const struct arguments *arguments, fleet_fn each,
			  void *data)
{
	_cleanup_view_ struct view view = { 0 };
	enum exit_code status;

	if (arguments->facts)
		return each_document(arguments, each, data);
	status = view_take(arguments, &view);
	if (status != EXIT_OK)
		return status;
	each(&view, data);
	return policy_set_has_errors(view.policies) ? EXIT_POLICY : EXIT_OK;
}
