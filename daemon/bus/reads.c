// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/bus/reads.h"

#include <stddef.h>
#include <string.h>

#include "basic/cleanup.h"

static const struct {
	const char *interface;
	unsigned int cost;
} costs[] = {
	{ "org.freedesktop.DBus.ObjectManager", READS_ALL },
	{ "org.freedesktop.DBus.Properties", 1 },
	{ "org.freedesktop.DBus.Introspectable", 1 },
};

/* Without an interface any may be meant. */
static bool is_of(const char *wanted, const char *interface)
{
	return !interface || strcmp(wanted, interface) == 0;
}

static unsigned int cost_of(const char *interface)
{
	for (size_t i = 0; i < ARRAY_SIZE(costs); i++)
		if (is_of(costs[i].interface, interface))
			return costs[i].cost;
	return 0;
}

bool reads_allowed(struct reads *reads, const char *interface, uint64_t unsent)
{
	const unsigned int cost = cost_of(interface);

	if (unsent == 0)
		reads->n = 0;
	if (cost > 0 && reads->n + cost > READS_MAX)
		return false;
	reads->n += cost;
	return true;
}
