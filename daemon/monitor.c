// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/monitor.h"

#include <string.h>

#include "basic/log.h"

static const char *const subsystems[] = { "dax", "memory", "node" };

static int monitor_on_event(sd_device_monitor *monitor _unused_,
			    sd_device *device, void *userdata)
{
	sd_device_action_t action = SD_DEVICE_CHANGE;
	const char *subsystem = "", *name = "";
	uint64_t seqnum = 0;

	if (sd_device_get_subsystem(device, &subsystem) < 0 ||
	    sd_device_get_sysname(device, &name) < 0)
		return 0;
	sd_device_get_seqnum(device, &seqnum);
	sd_device_get_action(device, &action);
	log_debug("uevent %llu: %s of subsystem %s", (unsigned long long)seqnum,
		  name, subsystem);
	broker_event(userdata, strcmp(subsystem, "dax") == 0 ? name : NULL,
		     seqnum, action == SD_DEVICE_REMOVE);
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
