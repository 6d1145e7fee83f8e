// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/service.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>

#include "basic/log.h"
#include "basic/names.h"
#include "basic/udev-queue.h"
#include "daemon/bus/bus.h"
#include "daemon/inhibit.h"
#include "daemon/monitor.h"
#include "daemon/notify.h"
#include "daemon/status.h"
#include "daemon/udev-sync.h"

struct service {
	sd_event *event;
	struct broker *broker;
	struct notify *notify; /* NULL for --once */
	struct bus *bus;
	struct inhibit *inhibit;
	struct monitor *monitor;
	sd_event_source *queue; /* while udev's queue is waited for */
	bool joining;		/* while the bus is waited for */
	bool once;
	bool ready;
	bool stopping;
};

static void service_on_busy(void *userdata)
{
	struct service *service = userdata;

	notify_busy(service->notify);
}

static void service_on_progress(const char *text, void *userdata)
{
	struct service *service = userdata;

	inhibit_take(service->inhibit, bus_connection(service->bus));
	notify_progress(service->notify, text);
}

static void service_on_settled(void *userdata)
{
	const struct log_context context = { .message_id = MESSAGE_ID_SETTLED };
	_cleanup_free_ char *status = NULL;
	struct service *service = userdata;

	if (service->once || service->stopping) {
		sd_event_exit(service->event, 0);
		return;
	}
	if (!service->ready && broker_error(service->broker)) {
		/* Nothing is decided: that is no start. */
		sd_event_exit(service->event, broker_error(service->broker));
		return;
	}
	status = status_text(service->broker);
	if (status)
		notify_status(service->notify, status);
	udev_sync_update(service->broker);
	notify_idle(service->notify);
	inhibit_release(service->inhibit);
	/* Ready means that every region is decided that is there at boot; udev
	 * may still have some to come up with. And that who calls is answered:
	 * no call starts the daemon. */
	if (service->queue || service->joining)
		return;
	notify_ready(service->notify);
	if (!service->ready)
		log_message(LOG_INFO, &context, "Settled: %s", status ?: "");
	service->ready = true;
}

static void service_on_queue_empty(void *userdata)
{
	struct service *service = userdata;

	service->queue = sd_event_source_unref(service->queue);
	log_debug("udev has worked off its queue");
	broker_request_pass(service->broker);
}

static void service_on_joined(void *userdata)
{
	struct service *service = userdata;

	service->joining = false;
	if (broker_is_settled(service->broker))
		service_on_settled(service);
}

static int service_on_reload(sd_event_source *source _unused_,
			     const struct signalfd_siginfo *si _unused_,
			     void *userdata)
{
	struct service *service = userdata;

	if (service->stopping)
		return 0;
	log_info("Reloading the policies");
	notify_reloading(service->notify);
	broker_reload(service->broker);
	return 0;
}

static int service_on_stop(sd_event_source *source _unused_,
			   const struct signalfd_siginfo *si, void *userdata)
{
	struct service *service = userdata;

	if (service->stopping)
		return 0;
	service->stopping = true;
	log_info("Stopping on signal %u (%s)", si->ssi_signo,
		 strsignal(si->ssi_signo));
	if (!service->once)
		notify_stopping();
	if (!broker_stop(service->broker))
		return sd_event_exit(service->event, 0);
	return 0;
}

static int service_add_signals(struct service *service)
{
	int r;

	r = sd_event_add_signal(service->event, NULL, SIGTERM, service_on_stop,
				service);
	if (r < 0)
		return r;
	r = sd_event_add_signal(service->event, NULL, SIGINT, service_on_stop,
				service);
	if (r < 0 || service->once)
		return r;
	return sd_event_add_signal(service->event, NULL, SIGHUP,
				   service_on_reload, service);
}

static int service_watch(struct service *service)
{
	const struct broker_watcher watcher = {
		.busy = service->once ? NULL : service_on_busy,
		.progress = service->once ? NULL : service_on_progress,
		.settled = service_on_settled,
		.userdata = service,
	};

	return broker_watch(service->broker, &watcher);
}

static int service_setup(struct service *service)
{
	int r;

	r = notify_new(service->event, &service->notify);
	if (r < 0)
		return r;
	service->inhibit = inhibit_new();
	if (!service->inhibit)
		return -ENOMEM;
	r = service_add_signals(service);
	if (r < 0)
		return r;
	r = service_watch(service);
	if (r < 0)
		return r;
	/* Before the first pass, so that nothing is missed after it. */
	r = monitor_new(service->event, service->broker, &service->monitor);
	if (r < 0)
		return r;
	r = udev_queue_watch(service->event, service_on_queue_empty, service,
			     &service->queue);
	if (r < 0)
		return r;
	r = bus_new(service->event, service->broker, &service->bus);
	if (r < 0)
		return r;
	r = bus_wait_name(service->bus, service_on_joined, service);
	service->joining = r > 0;
	return r < 0 ? r : 0;
}

static void service_release(struct service *service)
{
	if (service->inhibit)
		inhibit_free(service->inhibit);
	if (service->bus)
		bus_free(service->bus);
	sd_event_source_disable_unref(service->queue);
	if (service->monitor)
		monitor_free(service->monitor);
	if (service->notify)
		notify_free(service->notify);
}

int service_run(sd_event *event, struct broker *broker)
{
	struct service service = { .event = event, .broker = broker };
	int r;

	r = service_setup(&service);
	if (r >= 0) {
		broker_reload(broker);
		r = sd_event_loop(event);
	}
	service_release(&service);
	return r;
}

int service_run_once(sd_event *event, struct broker *broker)
{
	struct service service = {
		.event = event,
		.broker = broker,
		.once = true,
	};
	int r;

	r = service_add_signals(&service);
	if (r < 0)
		return r;
	r = service_watch(&service);
	if (r < 0)
		return r;
	broker_reload(broker);
	return sd_event_loop(event);
}
