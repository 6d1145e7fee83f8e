// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/monitor.h"

#include <inttypes.h>
#include <string.h>

#include "basic/log.h"
#include "basic/parse.h"

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
	return 0;
}

int monitor_new(sd_event *event, struct broker *broker, sd_device_monitor **ret)
{
	sd_device_monitor *monitor;
	int r;

	r = sd_device_monitor_new(&monitor);
	if (r < 0)
		return r;
	for (size_t i = 0; i < ARRAY_SIZE(subsystems) && r >= 0; i++)
		r = sd_device_monitor_filter_add_match_subsystem_devtype(
			monitor, subsystems[i], NULL);
	if (r >= 0)
		r = sd_device_monitor_attach_event(monitor, event);
	if (r >= 0)
		r = sd_device_monitor_start(monitor, monitor_on_event, broker);
	if (r < 0) {
		sd_device_monitor_unref(monitor);
		return r;
	}
	*ret = monitor;
	return 0;
}
