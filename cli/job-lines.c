// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/job-lines.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "basic/log.h"
#include "basic/names.h"
#include "basic/size.h"
#include "basic/text.h"
#include "cli/time-text.h"

#define LINES_MAX 20

static volatile sig_atomic_t interrupted;

static void on_interrupt(int sig _unused_)
{
	interrupted = 1;
}

void job_lines_open(struct job_lines *lines, const struct mirror *mirror,
		    const struct arguments *arguments)
{
	/* Not SA_RESTART: it ends the wait. */
	const struct sigaction action = { .sa_handler = on_interrupt };

	sigaction(SIGINT, &action, NULL);
	lines->mirror = mirror;
	lines->shown = !arguments->quiet && isatty(STDERR_FILENO);
	job_lines_changed(NULL, lines);
}

/* "dax0.0" of the object that the job is about; to be freed. */
static char *device_of(json_object *job)
{
	char *name = NULL;

	if (sd_bus_path_decode(mirror_text(job, "Device"), BUS_PATH "/device",
			       &name) <= 0)
		return NULL;
	return name;
}

/* ", 220M/s, 12s left"; to be freed. */
static char *describe_rate(json_object *job)
{
	const uint64_t rate = mirror_number(job, "Rate");
	const uint64_t eta = mirror_number(job, "Eta");
	const uint64_t now = (uint64_t)time(NULL) * 1000000;
	_cleanup_free_ char *left = NULL;
	char text[SIZE_FORMAT_MAX];

	if (rate == 0)
		return strdup("");
	left = time_text_span(eta > now ? eta - now : 0);
	return text_format(", %s/s, %s left", size_format(rate, text),
			   left ?: "?");
}

/* "dax0.0: system-ram 45%, 460M of 1G, 220M/s, 12s left"; to be freed. */
static char *describe(json_object *job)
{
	const uint64_t bytes = mirror_number(job, "Bytes");
	const uint64_t done = mirror_number(job, "BytesDone");
	_cleanup_free_ char *device = device_of(job);
	_cleanup_free_ char *rate = describe_rate(job);
	char all[SIZE_FORMAT_MAX], part[SIZE_FORMAT_MAX];
	const char *mode = mirror_text(job, "Mode");

	if (!device || !rate)
		return NULL;
	if (strcmp(mirror_text(job, "State"), "waiting") == 0)
		return text_format("%s: waits for its turn", device);
	if (bytes == 0)
		return text_format(
			"%s: %s, step %" PRIu64 " of %" PRIu64 " (%s)", device,
			mode[0] ? mode : mirror_text(job, "Purpose"),
			mirror_number(job, "Step"), mirror_number(job, "Steps"),
			mirror_text(job, "StepKind"));
	return text_format("%s: %s %" PRIu64 "%%, %s of %s%s", device,
			   mode[0] ? mode : mirror_text(job, "Purpose"),
			   done * 100 / bytes, size_format(done, part),
			   size_format(bytes, all), rate);
}

static size_t width(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
		return 80;
	return size.ws_col;
}

static void clear(struct job_lines *lines)
{
	/* Up to the first of them, and all below is gone. */
	if (lines->n > 0)
		fprintf(stderr, "\x1b[%zuA\x1b[J", lines->n);
	lines->n = 0;
}

static void print_job(struct job_lines *lines, json_object *job)
{
	_cleanup_free_ char *text = describe(job);

	if (!text || lines->n == LINES_MAX)
		return;
	fprintf(stderr, "%.*s\n", (int)width() - 1, text);
	lines->n++;
}

static bool is_job(json_object *object)
{
	return strcmp(mirror_text(object, "Kind"), "Job") == 0;
}

/* An event about anything else changes no line. */
static bool changes_lines(const struct mirror_event *event)
{
	return !event || (event->object && is_job(event->object));
}

static void draw(struct job_lines *lines, const char *but)
{
	clear(lines);
	json_object_object_foreach(mirror_objects(lines->mirror), path,
				   object) if (is_job(object) &&
					       (!but || strcmp(path, but) != 0))
		print_job(lines, object);
	fflush(stderr);
}

void job_lines_changed(const struct mirror_event *event, void *userdata)
{
	struct job_lines *lines = userdata;

	if (!lines->shown || !changes_lines(event))
		return;
	draw(lines,
	     event && event->change == MIRROR_REMOVED ? event->path : NULL);
}

void job_lines_close(struct job_lines *lines)
{
	clear(lines);
	lines->shown = false;
}

/* The first of the jobs, to be freed; NULL: there is none. */
static char *any_device(const struct mirror *mirror)
{
	json_object_object_foreach(mirror_objects(mirror), path, object)
	{
		(void)path;
		if (is_job(object))
			return device_of(object);
	}
	return NULL;
}

void job_lines_check_interrupt(struct job_lines *lines)
{
	_cleanup_free_ char *device = NULL;

	if (!interrupted)
		return;
	device = any_device(lines->mirror);
	job_lines_close(lines);
	if (device)
		log_warning("the daemon goes on; \"daxbroker cancel %s\" ends "
			    "the job and undoes it",
			    device);
	signal(SIGINT, SIG_DFL);
	raise(SIGINT);
}
