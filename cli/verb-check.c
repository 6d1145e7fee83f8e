// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "basic/log.h"
#include "basic/text.h"
#include "cli/account-check.h"
#include "cli/diagnostic-text.h"
#include "cli/fleet.h"
#include "cli/object.h"
#include "cli/text-file.h"
#include "cli/view.h"
#include "plan/zone.h"
#include "policy/lint.h"
#include "policy/override-load.h"
#include "policy/set-text.h"
#include "survey/name-claim.h"

/* What is found, and how it is reported. */
struct findings {
	json_object *array; /* NULL: in lines */
	size_t n_errors;
	size_t n_warnings;
};

static json_object *diagnostic_json(const struct policy_diagnostic *d,
				    const char *host)
{
	json_object *object = json_object_new_object();

	object_add_string(object, "severity",
			  diagnostic_text_severity(d->severity));
	object_add_string(object, "file", d->file);
	object_add_known(object, "line", d->line);
	object_add_known(object, "column", d->column);
	object_add_string(object, "message", d->message);
	object_add_string(object, "host", host);
	return object;
}

static void add(struct findings *findings, const struct policy_diagnostic *d,
		const char *host)
{
	if (d->severity == POLICY_ERROR)
		findings->n_errors++;
	else
		findings->n_warnings++;
	if (findings->array) {
		json_object_array_add(findings->array,
				      diagnostic_json(d, host));
		return;
	}
	diagnostic_text_print(stdout, d, host);
}

static void add_conflict(struct findings *findings, const char *host,
			 const struct policy_setting *setting,
			 const struct plan_item *one,
			 const struct plan_item *other)
{
	const struct policy_origin origin =
		policy_decision_origin(other->decision, setting->key);
	struct policy_diagnostic diagnostic = {
		.severity = POLICY_ERROR,
		.file = origin.file,
		.line = origin.line,
		.column = origin.column,
	};
	_cleanup_free_ char *message = NULL;

	message = text_format("%s=%s is claimed by %s of node %d and %s of "
			      "node %d, so neither gets it",
			      setting->key, name_claim(other, setting),
			      one->device->name, one->device->target_node,
			      other->device->name, other->device->target_node);
	diagnostic.message = message ? message : "";
	add(findings, &diagnostic, host);
}

static void check_name(const struct view *view,
		       const struct policy_setting *setting,
		       struct findings *findings)
{
	for (size_t i = 0; i < view->survey->n_items; i++) {
		const struct plan_item *item = &view->survey->items[i];
		const struct plan_item *other =
			name_claim_other(view->survey, i, item, setting);

		if (other)
			add_conflict(findings, view->host, setting, other,
				     item);
	}
}

/* The first device of which a key says the same: one line for all of them. */
static bool is_said(const struct view *view, size_t index,
		    const struct policy_reason *reason,
		    const struct policy_reason *(*find)(
			    const struct policy_decision *decision))
{
	for (size_t i = 0; i < index; i++) {
		const struct policy_reason *other =
			find(view->survey->items[i].decision);

		if (other && other->file == reason->file &&
		    other->wanted == reason->wanted)
			return true;
	}
	return false;
}

static const struct policy_reason *
find_undecided(const struct policy_decision *decision)
{
	return policy_decision_answer(decision) == POLICY_UNDECIDED
		       ? decision->last
		       : NULL;
}

static const struct policy_reason *
find_later(const struct policy_decision *decision)
{
	return decision->later;
}

static const struct {
	const struct policy_reason *(*find)(
		const struct policy_decision *decision);
	const char *when;
} doubts[] = {
	{ find_undecided, "" },
	{ find_later, "once no memory of its node is online, " },
};

/* Keys that this machine does not answer, or not always. */
static void check_keys(const struct view *view, size_t index,
		       struct findings *findings)
{
	for (size_t i = 0; i < ARRAY_SIZE(doubts); i++) {
		const struct plan_item *item = &view->survey->items[index];
		const struct policy_reason *reason =
			doubts[i].find(item->decision);
		_cleanup_free_ char *message = NULL;
		struct policy_diagnostic diagnostic = {
			.severity = POLICY_WARNING,
		};

		if (!reason || is_said(view, index, reason, doubts[i].find))
			continue;
		message = text_format("%s: %s%s", item->device->name,
				      doubts[i].when, reason->message);
		diagnostic.file = reason->file;
		diagnostic.line = reason->line;
		diagnostic.message = message ? message : "";
		add(findings, &diagnostic, view->host);
	}
}

/* An earlier device is of the same pool by the same file: one line for both. */
static bool is_of_pool_before(const struct view *view, size_t index)
{
	const struct policy_pool *pool =
		view->survey->items[index].decision->pool;

	for (size_t i = 0; pool && i < index; i++)
		if (view->survey->items[i].decision->pool == pool)
			return true;
	return false;
}

/* What a lease is handed on by is known only as far as the driver tells. */
static void check_pool(const struct view *view, size_t index,
		       struct findings *findings)
{
	const struct policy_pool *pool =
		view->survey->items[index].decision->pool;
	const struct facts_kernel *kernel = &view->survey->snapshot->kernel;
	struct policy_diagnostic diagnostic = { .severity = POLICY_WARNING };
	_cleanup_free_ char *message = NULL;

	if (!pool || !kernel->has_device_dax || kernel->device_dax_attach ||
	    is_of_pool_before(view, index))
		return;
	message = text_format(
		"pool %s: the kernel's own device_dax neither lets one program "
		"at a time open a device nor counts pages that are pinned for "
		"I/O; a lease's memory is handed on when no process has it "
		"open or mapped, and none can have a path. daxbroker's "
		"device_dax does all of that: install daxbroker-dkms and "
		"reboot",
		pool->name);
	diagnostic.file = pool->source;
	diagnostic.line = pool->line;
	diagnostic.message = message ? message : "";
	add(findings, &diagnostic, view->host);
}

/* Nobody asked for a kernel zone by its name. */
static void check_zone(const struct view *view, size_t index,
		       struct findings *findings)
{
	const struct plan_item *item = &view->survey->items[index];
	const struct policy_use *use = &item->decision->use;
	struct policy_diagnostic diagnostic = { .severity = POLICY_WARNING };
	_cleanup_free_ char *message = NULL;
	struct policy_origin origin;

	if (use->mode != POLICY_MODE_SYSTEM_RAM ||
	    use->zone != POLICY_ZONE_AUTO ||
	    zone_is_movable(view->survey->snapshot, item->device, use) ||
	    is_of_pool_before(view, index))
		return;
	origin = policy_decision_origin(item->decision, "Zone");
	message = text_format("%s: Zone=auto is a kernel zone on this machine, "
			      "from where memory rarely comes back; say "
			      "Zone=movable, or Zone=kernel if it is meant",
			      item->device->name);
	diagnostic.file = origin.file;
	diagnostic.line = origin.line;
	diagnostic.column = origin.column;
	diagnostic.message = message ? message : "";
	add(findings, &diagnostic, view->host);
}

/* The device has gone, or has another identity; or nobody may know. */
static bool fits_a_device(const struct view *view,
			  const struct policy_override *override)
{
	for (size_t i = 0; i < view->survey->n_items; i++) {
		const struct plan_item *item = &view->survey->items[i];

		if (item->decision->override_unknown ||
		    strcmp(item->device->identity, override->identity) == 0)
			return true;
	}
	return false;
}

static void add_unfit(struct findings *findings,
		      const struct policy_override *override)
{
	_cleanup_free_ char *file =
		text_format("/%s", override_load_paths[override->scope]);
	_cleanup_free_ char *message =
		text_format("the override of %s fits no device that is there; "
			    "\"daxbroker release %s\" ends it",
			    override->identity, override->identity);
	const struct policy_diagnostic diagnostic = {
		.severity = POLICY_WARNING,
		.file = file ? file : "",
		.message = message ? message : "",
	};

	add(findings, &diagnostic, NULL);
}

static void check_overrides(const struct view *view, struct findings *findings)
{
	const struct policy_overrides *overrides = &view->policies->overrides;

	for (size_t i = 0; i < overrides->n; i++)
		if (!fits_a_device(view, &overrides->items[i]))
			add_unfit(findings, &overrides->items[i]);
}

/* What is wrong with the policies only on this machine. */
static void check_machine(const struct view *view, void *data)
{
	for (size_t i = 0; i < view->survey->n_items; i++)
		check_keys(view, i, data);
	for (size_t i = 0; i < view->survey->n_items; i++)
		check_zone(view, i, data);
	for (size_t i = 0; i < view->survey->n_items; i++)
		check_pool(view, i, data);
	for (const struct policy_setting *s = NULL;
	     (s = policy_settings_next_use(POLICY_SECTION_REGION, s));)
		if (policy_setting_is_name(s))
			check_name(view, s, data);
	check_overrides(view, data);
}

/* A candidate's files are checked also where there is no machine with them. */
static enum exit_code check_own(const struct arguments *arguments,
				const struct policy_set *policies,
				struct findings *findings)
{
	_cleanup_close_ int root_fd = view_open_root(arguments);
	_cleanup_view_ struct view view = { 0 };
	struct survey *survey;
	int r;

	if (root_fd < 0)
		return EXIT_ERROR;
	r = survey_take_with(root_fd, policies, NULL, NULL, &survey);
	if (r == -ENOENT)
		return EXIT_OK;
	if (r == 0)
		r = view_make(survey, policies, &view);
	if (r < 0) {
		log_error("the machine cannot be read: %s", strerror(-r));
		return EXIT_ERROR;
	}
	check_machine(&view, findings);
	return EXIT_OK;
}

/* Those of another machine are not known here. */
static int check_accounts(const struct arguments *arguments,
			  const struct policy_set *policies)
{
	_cleanup_close_ int root_fd = view_open_root(arguments);

	return root_fd < 0 ? -EIO : account_check(policies, root_fd);
}

static enum exit_code check_all(const struct arguments *arguments,
				struct policy_set *policies,
				struct findings *findings)
{
	const struct policy_diagnostic *list;
	size_t n;
	int r;

	r = arguments->facts ? 0 : check_accounts(arguments, policies);
	if (r == 0)
		r = policy_lint(policies);
	if (r < 0) {
		log_error("the policy files cannot be checked: %s",
			  strerror(-r));
		return EXIT_ERROR;
	}
	list = policy_set_diagnostics(policies, &n);
	for (size_t i = 0; i < n; i++)
		add(findings, &list[i], NULL);
	/* They are for this machine's devices. */
	if (arguments->facts) {
		policy_overrides_clear(&policies->overrides);
		policy_grants_clear(&policies->grants);
	}
	return arguments->facts ? fleet_each_document(arguments, policies,
						      check_machine, findings)
				: check_own(arguments, policies, findings);
}

static enum exit_code check_in_force(const struct arguments *arguments,
				     struct policy_set **ret,
				     struct findings *findings)
{
	enum exit_code status = view_load_policies(arguments, ret);

	return status == EXIT_OK ? check_all(arguments, *ret, findings)
				 : status;
}

static enum exit_code read_files(const struct arguments *arguments,
				 struct policy_set *set)
{
	for (size_t i = 0; i < arguments->n_words; i++) {
		const char *name = text_file_name(arguments->words[i]);
		_cleanup_free_ char *text = NULL;
		size_t size;
		int r;

		r = text_file_read(arguments->words[i], &text, &size);
		/* One without text only masks others. */
		if (r == 0 && size > 0)
			r = policy_set_text_add(set, name, text, size);
		if (r < 0) {
			log_error("%s: %s", name, strerror(-r));
			return EXIT_ERROR;
		}
	}
	return policy_set_finish(set) < 0 ? EXIT_ERROR : EXIT_OK;
}

/* Each by itself, wherever it is. */
static enum exit_code check_files(const struct arguments *arguments,
				  struct policy_set **ret,
				  struct findings *findings)
{
	_cleanup_policy_set_ struct policy_set *set = policy_set_text_new();
	const struct policy_diagnostic *list;
	enum exit_code status;
	size_t n;

	status = set ? read_files(arguments, set) : EXIT_ERROR;
	if (status != EXIT_OK)
		return status;
	list = policy_set_diagnostics(set, &n);
	for (size_t i = 0; i < n; i++)
		add(findings, &list[i], NULL);
	*ret = TAKE_PTR(set);
	return EXIT_OK;
}

static void print_end(const struct policy_set *policies,
		      struct findings *findings)
{
	json_object *top;
	size_t n_files;

	policy_set_files(policies, &n_files);
	if (findings->array) {
		top = json_object_new_object();
		object_add(top, "diagnostics", findings->array);
		object_add_number(top, "files", (int64_t)n_files);
		object_print(top);
	} else if (findings->n_errors + findings->n_warnings == 0) {
		printf("%zu policy file%s, no mistake found\n", n_files,
		       n_files == 1 ? "" : "s");
	}
}

enum exit_code verb_check(const struct arguments *arguments)
{
	_cleanup_policy_set_ struct policy_set *policies = NULL;
	struct findings findings = { 0 };
	enum exit_code status;

	if (arguments->json)
		findings.array = json_object_new_array();
	if (arguments->n_words > 0 && !arguments->facts)
		status = check_files(arguments, &policies, &findings);
	else
		status = check_in_force(arguments, &policies, &findings);
	if (!policies) {
		json_object_put(findings.array);
		return status;
	}
	print_end(policies, &findings);
	if (findings.n_errors > 0 ||
	    (arguments->strict && findings.n_warnings > 0))
		status = worse(status, EXIT_POLICY);
	return status;
}
