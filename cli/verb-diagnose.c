// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "basic/clock.h"
#include "basic/log.h"
#include "cli/attempt.h"
#include "cli/diagnosis-object.h"
#include "cli/object.h"
#include "cli/view.h"
#include "facts/model/usage.h"
#include "facts/usage-read.h"
#include "plan/diagnose.h"

static void print_text(const struct diagnosis *diagnosis)
{
	printf("%s.\n", diagnosis->summary);
	for (size_t i = 0; i < diagnosis->n_findings; i++) {
		const struct diagnosis_finding *f = &diagnosis->findings[i];

		printf("%8s: %s.\n", diagnosis_verdict_name(f->verdict),
		       f->what);
		if (f->advice)
			printf("%10s%s.\n", "", f->advice);
	}
}

static enum exit_code verdict_status(enum diagnosis_verdict verdict)
{
	switch (verdict) {
	case DIAGNOSIS_BLOCKED:
		return EXIT_REFUSED;
	case DIAGNOSIS_UNKNOWN:
		return EXIT_ERROR;
	case DIAGNOSIS_FREE:
	case DIAGNOSIS_MAYBE:
	case DIAGNOSIS_VERDICTS:
		break;
	}
	return EXIT_OK;
}

/* Where the last attempt is not known: what the kernel said before may be about
 * pages that are others' by now. */
#define LOG_USEC (60 * 60 * UINT64_C(1000000))

/* The kernel's words count from there. A recorded machine has a clock of its
 * own. */
static uint64_t since(const struct arguments *arguments, const char *device,
		      bool *ret_known)
{
	uint64_t time = arguments->root ? 0 : attempt_time(device);
	uint64_t now = clock_usec();

	*ret_known = time > 0;
	if (time > 0)
		return time;
	return arguments->root || now < LOG_USEC ? 0 : now - LOG_USEC;
}

static int read_usage(const struct arguments *arguments, int root_fd,
		      const struct view *view,
		      const struct facts_device *device,
		      struct facts_usage **ret)
{
	uint64_t from;
	bool known;
	int r;

	from = since(arguments, device->name, &known);
	r = facts_usage_read(root_fd, view->survey->snapshot, device, from,
			     ret);
	if (r == 0)
		(*ret)->attempt_known = known;
	return r;
}

static enum exit_code print(const struct arguments *arguments, int root_fd,
			    const struct view *view)
{
	const struct facts_device *device = view->items[0]->device;
	_cleanup_diagnosis_ struct diagnosis *diagnosis = NULL;
	_cleanup_facts_usage_ struct facts_usage *usage = NULL;
	int r;

	if (!device->ranges_known) {
		log_error("the physical ranges of %s cannot be read; root can "
			  "read them",
			  device->name);
		return EXIT_DENIED;
	}
	r = read_usage(arguments, root_fd, view, device, &usage);
	if (r == 0)
		r = diagnose(view->survey->snapshot, device, usage, &diagnosis);
	if (r < 0) {
		log_error("%s cannot be diagnosed: %s", device->name,
			  strerror(-r));
		return EXIT_ERROR;
	}
	if (arguments->json)
		object_print(diagnosis_object_new(device, usage, diagnosis));
	else
		print_text(diagnosis);
	return verdict_status(diagnosis->verdict);
}

enum exit_code verb_diagnose(const struct arguments *arguments)
{
	_cleanup_view_ struct view view = { 0 };
	_cleanup_close_ int root_fd = -1;
	struct arguments quiet = *arguments;
	enum exit_code status;

	quiet.quiet = true;
	status = view_take(&quiet, &view);
	if (status != EXIT_OK)
		return status;
	root_fd = view_open_root(arguments);
	return root_fd < 0 ? EXIT_ERROR : print(arguments, root_fd, &view);
}
