// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "basic/log.h"
#include "basic/names.h"
#include "basic/text.h"
#include "cli/mirror.h"
#include "cli/object.h"
#include "cli/time-text.h"
#include "cli/verb.h"

static uint64_t now_usec(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

static void print_json(const char *event, const struct mirror_event *e)
{
	json_object *line = json_object_new_object();

	object_add_number(line, "time", (int64_t)now_usec());
	object_add_string(line, "event", event);
	if (e->path)
		object_add_string(line, "object", e->path);
	else
		object_add_number(line, "version", OBJECT_VERSION);
	if (e->object)
		object_add_string(line, "kind", mirror_text(e->object, "Kind"));
	if (e->values)
		object_add(line, "values", json_object_get(e->values));
	puts(json_object_to_json_string_ext(
		line, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(line);
}

static void print_line(const char *format, ...) _printf_(1, 2);
static void print_line(const char *format, ...)
{
	_cleanup_free_ char *time = time_text_clock(now_usec());
	va_list ap;

	printf("%s ", time ?: "");
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
}

static bool has(json_object *values, const char *property)
{
	return json_object_object_get_ex(values, property, NULL);
}

static void print_device(const struct mirror_event *e)
{
	const char *name = mirror_text(e->object, "Name");

	if (e->change == MIRROR_REMOVED)
		print_line("%s: gone", name);
	else if (e->change == MIRROR_ADDED || has(e->values, "Outcome") ||
		 has(e->values, "Message"))
		print_line("%s: %s: %s", name,
			   mirror_text(e->object, "Outcome"),
			   mirror_text(e->object, "Message"));
}

/* Its end has more to say, see print_end(). */
static void print_job(const struct mirror_event *e)
{
	const uint64_t number = mirror_number(e->object, "Number");

	if (e->change == MIRROR_ADDED)
		print_line("job %" PRIu64 ": %s: %s", number,
			   mirror_text(e->object, "Purpose"),
			   mirror_text(e->object, "Reason"));
	else if (has(e->values, "State"))
		print_line("job %" PRIu64 ": %s", number,
			   mirror_text(e->object, "State"));
	else if (has(e->values, "Progress"))
		print_line("job %" PRIu64 ": %s", number,
			   mirror_text(e->object, "Progress"));
}

static void print_end(const struct mirror_event *e)
{
	_cleanup_free_ char *took =
		time_text_span(mirror_number(e->values, "duration"));
	const char *message = mirror_text(e->values, "message");

	print_line("job %" PRIu64 ": %s of %s: %s after %s%s%s",
		   mirror_number(e->values, "job"),
		   mirror_text(e->values, "purpose"),
		   mirror_text(e->values, "device"),
		   mirror_text(e->values, "job_outcome"), took ?: "?",
		   message[0] ? ": " : "", message);
}

static void print_node(const struct mirror_event *e)
{
	print_line("node%" PRIu64 ": %s", mirror_number(e->object, "Number"),
		   e->change == MIRROR_REMOVED ? "gone"
		   : e->change == MIRROR_ADDED ? "there"
					       : "changed");
}

static void print_lease(const struct mirror_event *e)
{
	const char *id = mirror_text(e->object, "Id");

	if (e->change == MIRROR_REMOVED)
		print_line("lease %s: gone", id);
	else if (e->change == MIRROR_ADDED || has(e->values, "State"))
		print_line("lease %s: %s: %" PRIu64 " bytes of %s", id,
			   mirror_text(e->object, "State"),
			   mirror_number(e->object, "Size"),
			   mirror_text(e->object, "Pool"));
	else if (has(e->values, "Deadline"))
		print_line("lease %s: %s", id,
			   mirror_number(e->object, "Deadline")
				   ? "wanted back"
				   : "not wanted back any more");
}

static void print_manager(const struct mirror_event *e)
{
	if (has(e->values, "Settled"))
		print_line("%s", mirror_text(e->object, "Kind")[0] &&
						 json_object_get_boolean(
							 json_object_object_get(
								 e->object,
								 "Settled"))
					 ? "settled"
					 : "busy");
}

static const struct {
	const char *kind;
	void (*print)(const struct mirror_event *e);
} kinds[] = {
	{ "Device", print_device },   { "Job", print_job },
	{ "Lease", print_lease },     { "Node", print_node },
	{ "Manager", print_manager },
};

static void print_text(const struct mirror_event *e)
{
	const char *kind = e->object ? mirror_text(e->object, "Kind") : "";

	if (e->change == MIRROR_GONE)
		print_line("the daemon has left the bus");
	else if (e->change == MIRROR_BACK)
		print_line("the daemon is on the bus again");
	else if (e->change == MIRROR_JOB_ENDED)
		print_end(e);
	else if (e->change == MIRROR_REMOVED && strcmp(kind, "Job") == 0)
		return;
	else
		for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
			if (strcmp(kinds[i].kind, kind) == 0)
				kinds[i].print(e);
}

static const char *const words[] = {
	[MIRROR_ADDED] = "added",     [MIRROR_CHANGED] = "changed",
	[MIRROR_REMOVED] = "removed", [MIRROR_JOB_ENDED] = "job-ended",
	[MIRROR_GONE] = "gone",	      [MIRROR_BACK] = "back",
};

/* Who reads it reads it now. */
static void on_event(const struct mirror_event *event, void *userdata)
{
	const struct arguments *arguments = userdata;

	if (arguments->json)
		print_json(words[event->change], event);
	else
		print_text(event);
	fflush(stdout);
}

static volatile sig_atomic_t ended;

static void on_end(int sig _unused_)
{
	ended = 1;
}

enum exit_code verb_monitor(const struct arguments *arguments)
{
	const struct mirror_event start = { .change = MIRROR_BACK };
	const struct sigaction action = { .sa_handler = on_end };
	_cleanup_mirror_ struct mirror *mirror = NULL;
	enum exit_code status;

	status = mirror_open(on_event, (void *)arguments, &mirror);
	if (status != EXIT_OK)
		return status;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	if (arguments->json)
		print_json("start", &start);
	fflush(stdout);
	while (!ended && mirror_run(mirror, UINT64_MAX) >= 0 && !ferror(stdout))
		;
	if (ended || ferror(stdout)) /* main() says why */
		return EXIT_OK;
	log_error("the system bus has gone");
	return EXIT_UNREACHABLE;
}
