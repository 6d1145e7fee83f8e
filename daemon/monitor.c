// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/monitor.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/sock_diag.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <systemd/sd-device.h>

#include "basic/log.h"
#include "basic/parse.h"
#include "broker/lease-desk.h"

/* Of udev itself; for some 100000 messages. A terabyte that is switched makes
 * 8192. */
#define BUFFER_SIZE ((size_t)128 * 1024 * 1024)

struct monitor {
	struct broker *broker;
	sd_device_monitor *device_monitor;
	sd_event_source *turn;
	int fd;	       /* its socket; borrowed */
	uint32_t lost; /* messages so far */
};

static const char *const subsystems[] = { "dax", "memory", "node" };

/* "memory32" */
static bool is_block(const char *subsystem, const char *name, uint64_t *ret)
{
	return strcmp(subsystem, "memory") == 0 &&
	       strncmp(name, "memory", strlen("memory")) == 0 &&
	       parse_u64(name + strlen("memory"), ret) == 0;
}

static enum broker_event_kind kind_of(sd_device_action_t action)
{
	switch (action) {
	case SD_DEVICE_ADD:
		return BROKER_EVENT_ADD;
	case SD_DEVICE_REMOVE:
		return BROKER_EVENT_REMOVE;
	case SD_DEVICE_ONLINE:
		return BROKER_EVENT_ONLINE;
	case SD_DEVICE_OFFLINE:
		return BROKER_EVENT_OFFLINE;
	default:
		return BROKER_EVENT_OTHER;
	}
}

/* A memory failure in a dax device: daxbroker's device_dax says so, and where.
 */
static void report_poison(struct broker *broker, sd_device *device,
			  const char *name)
{
	const char *text;
	uint64_t address;

	if (sd_device_get_property_value(device, "DAX_POISON", &text) < 0 ||
	    parse_u64(text, &address) < 0)
		return;
	lease_desk_poisoned(broker_lease_desk(broker), name, address);
}

static int monitor_on_event(sd_device_monitor *monitor _unused_,
			    sd_device *device, void *userdata)
{
	sd_device_action_t action = SD_DEVICE_CHANGE;
	const char *subsystem = "", *name = "";
	struct broker_event event = { 0 };

	if (sd_device_get_subsystem(device, &subsystem) < 0 ||
	    sd_device_get_sysname(device, &name) < 0)
		return 0;
	sd_device_get_seqnum(device, &event.seqnum);
	sd_device_get_action(device, &action);
	event.kind = kind_of(action);
	event.block = is_block(subsystem, name, &event.block_id);
	if (strcmp(subsystem, "dax") == 0)
		event.device = name;
	log_debug("uevent %" PRIu64 ": %s of subsystem %s", event.seqnum, name,
		  subsystem);
	broker_event(userdata, &event);
	if (event.device)
		report_poison(userdata, device, name);
	return 0;
}

/* How many messages the kernel could not put into the socket's buffer; those
 * that its filter keeps out do not count. */
static uint32_t monitor_lost(const struct monitor *monitor)
{
	uint32_t info[SK_MEMINFO_VARS] = { 0 };
	socklen_t size = sizeof(info);

	getsockopt(monitor->fd, SOL_SOCKET, SO_MEMINFO, info, &size);
	return info[SK_MEMINFO_DROPS];
}

/* libsystemd drops ENOBUFS without a word, so this asks the kernel. After each
 * turn of the event loop: what is lost is lost while messages wait to be read.
 */
static int monitor_on_turn(sd_event_source *source _unused_, void *userdata)
{
	struct monitor *monitor = userdata;
	uint32_t lost = monitor_lost(monitor);

	if (lost == monitor->lost)
		return 0;
	log_debug("%" PRIu32 " uevents were lost", lost - monitor->lost);
	monitor->lost = lost;
	broker_events_lost(monitor->broker);
	return 0;
}

static int monitor_open(struct monitor *monitor, sd_event *event)
{
	int r;

	r = sd_device_monitor_new(&monitor->device_monitor);
	for (size_t i = 0; i < ARRAY_SIZE(subsystems) && r >= 0; i++)
		r = sd_device_monitor_filter_add_match_subsystem_devtype(
			monitor->device_monitor, subsystems[i], NULL);
	if (r < 0)
		return r;
	/* It may become less: it takes CAP_NET_ADMIN to be above rmem_max. */
	sd_device_monitor_set_receive_buffer_size(monitor->device_monitor,
						  BUFFER_SIZE);
	r = sd_device_monitor_attach_event(monitor->device_monitor, event);
	if (r < 0)
		return r;
	return sd_device_monitor_start(monitor->device_monitor,
				       monitor_on_event, monitor->broker);
}

static int monitor_watch_losses(struct monitor *monitor, sd_event *event)
{
	monitor->fd = sd_event_source_get_io_fd(
		sd_device_monitor_get_event_source(monitor->device_monitor));
	if (monitor->fd < 0)
		return monitor->fd;
	return sd_event_add_post(event, &monitor->turn, monitor_on_turn,
				 monitor);
}

int monitor_new(sd_event *event, struct broker *broker, struct monitor **ret)
{
	struct monitor *monitor = calloc(1, sizeof(*monitor));
	int r;

	if (!monitor)
		return -ENOMEM;
	monitor->broker = broker;
	r = monitor_open(monitor, event);
	if (r >= 0)
		r = monitor_watch_losses(monitor, event);
	if (r < 0) {
		monitor_free(monitor);
		return r;
	}
	*ret = monitor;
	return 0;
}

void monitor_free(struct monitor *monitor)
{
	sd_event_source_disable_unref(monitor->turn);
	sd_device_monitor_unref(monitor->device_monitor);
	free(monitor);
}
