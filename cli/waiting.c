// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdint.h>

#include "basic/clock.h"
#include "basic/log.h"
#include "basic/parse.h"
#include "basic/text.h"
#include "cli/job-lines.h"
#include "cli/mirror.h"
#include "cli/waiting.h"
#include "policy/use.h"

/* What is waited for: "settled", a device, or a node. */
struct target {
	const char *word;
	bool settled, device;
	uint64_t node; /* of "node2" or "2"; UINT64_MAX: it is a name */
};

static struct target target_read(const char *word)
{
	struct target target = { .word = verb_device_name(word) };

	target.settled = strcmp(word, "settled") == 0;
	target.device = text_starts_with(target.word, "dax") &&
			strchr(target.word, '.');
	if (!parse_numbered(word, "node", &target.node) &&
	    parse_u64(word, &target.node) < 0)
		target.node = UINT64_MAX;
	return target;
}

/* Decided, and no job of it waits or runs. */
static bool device_is_done(const struct mirror *mirror, const char *name,
			   enum exit_code *ret)
{
	json_object *device = mirror_find_device(mirror, name);

	if (!device || strcmp(mirror_text(device, "Outcome"), "pending") == 0)
		return false;
	*ret = (enum exit_code)mirror_number(device, "ExitStatus");
	return true;
}

static bool has_name(json_object *node, const char *name)
{
	json_object *names = json_object_object_get(node, "Names");

	for (size_t i = 0; i < json_object_array_length(names); i++)
		if (strcmp(json_object_get_string(
				   json_object_array_get_idx(names, i)),
			   name) == 0)
			return true;
	return false;
}

/* Memory of devices is there by that name, or on that node. */
static bool node_is_there(const struct mirror *mirror,
			  const struct target *target)
{
	json_object_object_foreach(mirror_objects(mirror), path, object)
	{
		(void)path;
		if (strcmp(mirror_text(object, "Kind"), "Node") != 0)
			continue;
		if (target->node == UINT64_MAX) {
			if (has_name(object, target->word))
				return true;
		} else if (mirror_number(object, "Number") == target->node &&
			   mirror_number(object, "Size") > 0) {
			return true;
		}
	}
	return false;
}

static bool is_over(const struct mirror *mirror, const struct target *target,
		    enum exit_code *ret)
{
	if (target->settled)
		return mirror_is_settled(mirror);
	if (target->device)
		return device_is_done(mirror, target->word, ret);
	/* What the policies say of it is done as well. */
	return mirror_is_settled(mirror) && node_is_there(mirror, target);
}

static enum exit_code wait_for(struct mirror *mirror, struct job_lines *lines,
			       const struct target *target, uint64_t end)
{
	enum exit_code status = EXIT_OK;
	int r = 1;

	while (r > 0 && !is_over(mirror, target, &status)) {
		r = mirror_run(mirror, end);
		if (r < 0 || !mirror_is_there(mirror)) {
			log_error("the daemon has left the bus; \"systemctl "
				  "status daxbrokerd\" says why");
			return EXIT_UNREACHABLE;
		}
		job_lines_check_interrupt(lines);
	}
	if (r > 0)
		return status;
	log_error("%s: the time is over", target->word);
	return EXIT_PENDING;
}

bool waiting_read_end(const char *option, const char *text, uint64_t *ret)
{
	uint64_t msec;

	*ret = UINT64_MAX;
	if (!text)
		return true;
	if (policy_use_parse_time(text, &msec) < 0) {
		log_error("--%s=%s is no time such as 30s, 5min or infinity",
			  option, text);
		return false;
	}
	if (msec != POLICY_FOREVER)
		*ret = clock_usec() + msec * 1000;
	return true;
}

enum exit_code waiting_for(const struct arguments *arguments, const char *word,
			   uint64_t end)
{
	_cleanup_mirror_ struct mirror *mirror = NULL;
	const struct target target = target_read(word);
	struct job_lines lines = { 0 };
	enum exit_code status;

	status = mirror_open(job_lines_changed, &lines, &mirror);
	if (status != EXIT_OK)
		return status;
	job_lines_open(&lines, mirror, arguments);
	status = wait_for(mirror, &lines, &target, end);
	job_lines_close(&lines);
	return status;
}
