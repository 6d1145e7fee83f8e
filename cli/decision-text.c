// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/decision-text.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "cli/device-text.h"
#include "cli/grant-text.h"
#include "cli/override-text.h"
#include "cli/terminal.h"
#include "plan/limit-check.h"
#include "policy/settings.h"

const char *decision_text_answer(enum policy_answer answer)
{
	switch (answer) {
	case POLICY_FITS:
		return "fits";
	case POLICY_DIFFERS:
		return "differs";
	case POLICY_UNDECIDED:
		return "undecided";
	case POLICY_IN_ERROR:
		break;
	}
	return "in-error";
}

static enum terminal_style style_of(enum policy_answer answer)
{
	switch (answer) {
	case POLICY_FITS:
		return TERMINAL_GOOD;
	case POLICY_DIFFERS:
		return TERMINAL_DIM;
	default:
		return TERMINAL_BAD;
	}
}

static void print_origin(const char *file, unsigned int line)
{
	printf("%s:", file);
	if (line)
		printf("%u:", line);
}

static void print_reason(const struct policy_reason *reason)
{
	printf("  ");
	print_origin(reason->file, reason->line);
	printf(" %s%s%s: %s\n", terminal_start(style_of(reason->answer)),
	       decision_text_answer(reason->answer), terminal_end(),
	       reason->message);
	for (size_t i = 0; i < reason->n_keys; i++) {
		const struct policy_key_reason *key = &reason->keys[i];

		printf("    ");
		print_origin(key->file, key->line);
		printf(" %s=%s: it is %s\n", key->key, key->wanted, key->have);
	}
	for (size_t i = 0; i < reason->n_dropins; i++)
		printf("    %s contributed\n", reason->dropins[i]);
}

/* What is decided besides mode and zone and is not the default. */
static void print_use(const struct policy_use *use)
{
	char buf[POLICY_VALUE_MAX];

	for (const struct policy_setting *s = NULL;
	     (s = policy_settings_next_use(POLICY_SECTION_REGION, s));)
		if (strcmp(s->key, "Mode") != 0 &&
		    strcmp(s->key, "Zone") != 0 &&
		    !policy_setting_is_default(s, use))
			printf(", %s=%s", s->key,
			       policy_setting_show(s, use, buf));
}

static void print_decision(const struct policy_decision *decision)
{
	printf("  Decided: ");
	if (decision->layout && !decision->override)
		printf("lay out: %s", decision->layout->message);
	if (decision->slice)
		printf("; it is %s: ", decision->slice->name);
	if (decision->slice || !decision->layout || decision->override)
		printf("%s", policy_mode_name(decision->use.mode));
	if (decision->use.mode == POLICY_MODE_SYSTEM_RAM)
		printf(", zone %s", policy_zone_name(decision->use.zone));
	print_use(&decision->use);
	if (decision->override)
		puts(" (an override decided)");
	else
		printf(" (%s)\n",
		       decision->file ? decision->file : "no file decided");
}

/* A person's word, and what the files would say without it. */
static void print_override(const struct policy_decision *decision)
{
	_cleanup_free_ char *who = NULL;

	if (decision->override_unknown)
		puts("  Override: unknown: there are some, and only root and "
		     "\"daxbroker status\" know of which devices");
	if (!decision->override)
		return;
	who = override_text(decision->override);
	printf("  Override: %s says %s (daxbroker set)", who ? who : "a user",
	       policy_mode_name(decision->override->mode));
	if (decision->file && (!decision->layout || decision->slice))
		printf("; without it %s would decide: %s", decision->file,
		       policy_mode_name(decision->file_mode));
	else if (decision->file)
		printf("; without it %s would decide", decision->file);
	putchar('\n');
}

/* What the device is to the pool. */
static void print_pool(const struct plan_item *item,
		       const struct policy_grants *grants)
{
	const char *pool = grant_text_pool(grants, item);
	const char *state = grant_text_state(grants, item);
	_cleanup_free_ char *id = grant_text_id(grants, item);
	_cleanup_free_ char *owner = grant_text_owner(grants, item);

	if (!pool || !state)
		return;
	printf("  Pool: %s: %s", pool, state);
	if (id && owner)
		printf(", lease %s of %s", id, owner);
	putchar('\n');
}

static void print_limit(const struct limit_check *limit)
{
	printf("  Limit: ");
	if (limit->origin.file) {
		print_origin(limit->origin.file, limit->origin.line);
		putchar(' ');
	}
	printf("%s: %s: %s\n", limit->name,
	       limit->breaks ? "forbids it" : "allows it", limit->text);
}

static void print_reasons(const struct policy_explanation *explanation)
{
	for (size_t i = 0; i < explanation->n; i++)
		print_reason(&explanation->reasons[i]);
}

void decision_text_print(const struct plan_item *item,
			 const struct policy_grants *grants,
			 const struct policy_explanation *asked,
			 const struct policy_explanation *later)
{
	printf("%s (%s)\n", item->device->name, item->device->identity);
	print_reasons(asked);
	if (later->n > 0)
		printf("  Not asked any more:\n");
	print_reasons(later);
	print_override(item->decision);
	print_decision(item->decision);
	print_pool(item, grants);
	for (size_t i = 0; i < item->plan->n_limits; i++)
		print_limit(&item->plan->limits[i]);
	printf("  State: %s: %s\n", device_text_state(item),
	       item->plan->reason);
}
