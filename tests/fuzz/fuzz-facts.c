// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Facts files from anywhere: what is taken for one can be decided and planned
 * for, and says the same when it is written and read again.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "facts/document-read.h"
#include "facts/document-write.h"
#include "plan/limit-check.h"
#include "plan/step.h"
#include "policy/file-check.h"
#include "policy/file.h"
#include "policy/parser.h"
#include "policy/set.h"
#include "survey/name-claim.h"
#include "survey/survey.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/subjects.h"

static const char *const files[] = {
	"[Match]\nProvider=pmem\nSize=>1G\n[Region]\nMode=system-ram\n",
	"[Match]\nReadBandwidth=>1\nHost=a*\n[Region]\nMode=devdax\n",
	"[Match]\nProvider=cxl\n[Region]\nMode=devdax\n[Device]\nName=a\n"
	"Size=30%\n[Device]\nName=b\nMode=system-ram\nSize=rest\n",
	"[Match]\nProvider=hmem\nSize=<1G\n[Region]\nZone=movable\n"
	"Mode=system-ram\n[Device]\nName=a\nSize=128M\n"
	"[Device]\nName=b\nMode=devdax\nAlign=4M\nSize=rest\n",
	"[Match]\nTargetNode=0-3\n[Region]\nMode=system-ram\nZone=movable\n"
	"NodeName=n\nPersistent=overwrite\n",
	"[Match]\nDevice=*\n[Region]\nMode=devdax\n",
};

static const char limits[] = "[Limits]\nMaxMovableRatio=3\nMinKernelFree=1G\n"
			     "NeverTouch=0x1000-0x1fff /devices/pci*\n";

static struct policy_file *parse(enum policy_kind kind, const char *name,
				 const char *text)
{
	struct policy_file *file = policy_file_new(kind, name);

	must(file);
	must(policy_parser_parse(file, file->sources[0], text, strlen(text)) ==
	     0);
	must(policy_file_check(file) == 0);
	must(!policy_file_error(file));
	return file;
}

static struct policy_set *make_policies(void)
{
	struct policy_set *set = calloc(1, sizeof(*set));

	must(set);
	set->conf = parse(POLICY_KIND_CONF, "/etc/d.conf", limits);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		must(policy_set_add_file(set, parse(POLICY_KIND_REGION,
						    "/etc/x.region",
						    files[i])) == 0);
	must(policy_set_finish(set) == 0);
	return set;
}

static void check_again(const struct facts_snapshot *snapshot)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *other = NULL;
	_cleanup_free_ char *one = NULL, *two = NULL, *message = NULL;

	must(facts_document_write(snapshot, true, &one) == 0);
	must(facts_document_read(one, strlen(one), &other, &message) == 0);
	must(facts_document_write(other, true, &two) == 0);
	must(strcmp(one, two) == 0);
}

static void check_step(const struct plan *plan, const struct plan_step *step)
{
	_cleanup_free_ char *what = plan_step_describe(plan, step);
	size_t first, n = plan_step_blocks(plan, step, &first);

	must(what);
	fuzz_check_message(what);
	must(first + n <= plan->n_blocks);
}

static void check_names(const struct survey *survey)
{
	const struct policy_setting *setting =
		policy_setting_find(POLICY_SECTION_REGION, "NodeName");

	for (size_t i = 0; i < survey->n_items; i++)
		must(name_claim_other(survey, survey->n_items,
				      &survey->items[i],
				      setting) != &survey->items[i]);
}

static void check_survey(const struct survey *survey)
{

	for (size_t i = 0; i < survey->n_items; i++) {
		const struct plan *plan = survey->items[i].plan;

		fuzz_check_message(plan->reason);
		must((plan->outcome == PLAN_SWITCH) == (plan->n_steps > 0));
		for (size_t j = 0; j < plan->n_steps; j++)
			check_step(plan, &plan->steps[j]);
		for (size_t j = 0; j < plan->n_limits; j++)
			fuzz_check_message(plan->limits[j].text);
	}
	check_names(survey);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct policy_set *policies;
	_cleanup_survey_ struct survey *survey = NULL;
	struct facts_snapshot *snapshot;
	char *message = NULL;
	int r;

	if (!policies)
		policies = make_policies();
	r = facts_document_read((const char *)data, size, &snapshot, &message);
	must(r == 0 || (r == -EINVAL && message));
	if (r == 0) {
		check_again(snapshot);
		must(survey_make(snapshot, policies, NULL, NULL, &survey) == 0);
		check_survey(survey);
	} else {
		fuzz_check_message(message);
		free(message);
	}
	return 0;
}
