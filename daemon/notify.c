// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/notify.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <time.h>

/* Steps that follow so soon on one another are not each worth a word. */
#define STATUS_USEC (100 * UINT64_C(1000))
#define ACCURACY_USEC (10 * UINT64_C(1000))

struct notify {
	uint64_t watchdog; /* us; 0: the unit has none */
	sd_event_source *ping;
	sd_event_source *report; /* of the status */
	char *status;		 /* to be reported; NULL: it was */
	bool busy;
	bool ready;	/* READY=1 was sent */
	bool reloading; /* RELOADING=1 was sent, READY=1 not yet */
};

static int notify_on_ping(sd_event_source *source, uint64_t usec _unused_,
			  void *userdata)
{
	struct notify *notify = userdata;

	sd_notify(0, "WATCHDOG=1");
	sd_event_source_set_time_relative(source, notify->watchdog / 2);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static int notify_on_report(sd_event_source *source _unused_,
			    uint64_t usec _unused_, void *userdata)
{
	struct notify *notify = userdata;

	if (notify->status)
		sd_notifyf(0, "STATUS=%s", notify->status);
	free(TAKE_PTR(notify->status));
	return 0;
}

int notify_new(sd_event *event, struct notify **ret)
{
	struct notify *notify;
	int r;

	notify = calloc(1, sizeof(*notify));
	if (!notify)
		return -ENOMEM;
	r = sd_watchdog_enabled(1, &notify->watchdog);
	if (r <= 0)
		notify->watchdog = 0;
	r = sd_event_add_time(event, &notify->ping, CLOCK_MONOTONIC, 0, 0,
			      notify_on_ping, notify);
	if (r >= 0)
		r = sd_event_source_set_enabled(notify->ping, SD_EVENT_OFF);
	if (r >= 0)
		r = sd_event_add_time(event, &notify->report, CLOCK_MONOTONIC,
				      0, ACCURACY_USEC, notify_on_report,
				      notify);
	if (r >= 0)
		r = sd_event_source_set_enabled(notify->report, SD_EVENT_OFF);
	if (r < 0) {
		notify_free(notify);
		return r;
	}
	*ret = notify;
	return 0;
}

void notify_free(struct notify *notify)
{
	sd_event_source_disable_unref(notify->ping);
	sd_event_source_disable_unref(notify->report);
	free(notify->status);
	free(notify);
}

void notify_busy(struct notify *notify)
{
	if (notify->busy)
		return;
	notify->busy = true;
	if (!notify->watchdog)
		return;
	sd_notifyf(0, "WATCHDOG_USEC=%llu\nWATCHDOG=1",
		   (unsigned long long)notify->watchdog);
	sd_event_source_set_time_relative(notify->ping, notify->watchdog / 2);
	sd_event_source_set_enabled(notify->ping, SD_EVENT_ONESHOT);
}

void notify_idle(struct notify *notify)
{
	notify->busy = false;
	if (!notify->watchdog)
		return;
	sd_event_source_set_enabled(notify->ping, SD_EVENT_OFF);
	sd_notify(0, "WATCHDOG_USEC=0");
}

void notify_ready(struct notify *notify)
{
	if (notify->ready && !notify->reloading)
		return;
	notify->ready = true;
	notify->reloading = false;
	sd_notify(0, "READY=1");
}

void notify_reloading(struct notify *notify)
{
	/* A start that is not over yet goes on as a start. */
	if (!notify->ready)
		return;
	notify->reloading = true;
	sd_notify(0, "RELOADING=1");
}

void notify_stopping(void)
{
	sd_notify(0, "STOPPING=1");
}

void notify_status(struct notify *notify, const char *text)
{
	sd_event_source_set_enabled(notify->report, SD_EVENT_OFF);
	free(TAKE_PTR(notify->status));
	sd_notifyf(0, "STATUS=%s", text);
}

void notify_progress(struct notify *notify, const char *text)
{
	const bool armed = notify->status;
	char *status = strdup(text);

	if (!status)
		return;
	free(notify->status);
	notify->status = status;
	if (armed)
		return;
	sd_event_source_set_time_relative(notify->report, STATUS_USEC);
	sd_event_source_set_enabled(notify->report, SD_EVENT_ONESHOT);
}
