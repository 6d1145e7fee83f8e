// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/bus/lease-objects.h"

#include <string.h>

#include "basic/cleanup.h"
#include "basic/names.h"
#include "broker/lease-desk.h"
#include "daemon/bus/early.h"
#include "daemon/bus/export.h"
#include "daemon/bus/property.h"

void lease_objects_init(struct lease_objects *objects, struct lease_desk *desk,
			struct call_queue *calls)
{
	*objects = (struct lease_objects){
		.desk = desk,
		.pools = { .kind = &kind_pool,
			   .calls = calls,
			   .copied = sizeof(struct pool_item) },
		.leases = { .kind = &kind_lease,
			    .calls = calls,
			    .copied = sizeof(struct lease) },
	};
}

void lease_objects_clear(struct lease_objects *objects)
{
	export_clear(&objects->pools);
	export_clear(&objects->leases);
}

int lease_objects_connect(struct lease_objects *objects, sd_bus *connection)
{
	int r = export_connect(&objects->pools, connection);

	if (r >= 0)
		r = export_connect(&objects->leases, connection);
	if (r >= 0)
		r = early_watch(connection, objects->pools.calls);
	return r < 0 ? r : 0;
}

void lease_objects_disconnect(struct lease_objects *objects)
{
	export_disconnect(&objects->pools);
	export_disconnect(&objects->leases);
}

/* The policies may be read anew before the next pass. */
static struct pool_item copy_pool(const struct lease_pool *pool)
{
	struct pool_item item = { .pool = *pool, .policy = *pool->policy };

	item.pool.policy = NULL;
	item.policy.users = item.policy.groups = NULL;
	item.policy.source = NULL;
	return item;
}

static void put_pools(struct lease_objects *objects)
{
	const struct lease_pool *pools;
	size_t n;

	pools = lease_desk_pools(objects->desk, &n);
	export_begin(&objects->pools);
	for (size_t i = 0; i < n; i++) {
		const struct pool_item item = copy_pool(&pools[i]);

		export_put(&objects->pools, pools[i].policy->name, &item);
	}
	export_end(&objects->pools);
}

void lease_objects_passed(struct lease_objects *objects)
{
	const struct lease *const *leases;
	char id[LEASE_ID_MAX];
	size_t n;

	put_pools(objects);
	leases = lease_desk_leases(objects->desk, &n);
	export_begin(&objects->leases);
	for (size_t i = 0; i < n; i++)
		export_put(&objects->leases,
			   lease_id_format(leases[i]->grant.id, id), leases[i]);
	export_end(&objects->leases);
}

void lease_objects_lease(struct lease_objects *objects,
			 const struct lease *lease, bool gone)
{
	char id[LEASE_ID_MAX];

	lease_id_format(lease->grant.id, id);
	if (gone) {
		export_remove(&objects->leases, id);
	} else {
		export_add(&objects->leases, id, lease);
		export_replace(&objects->leases, id, lease);
	}
}

/* The desk counts when it is asked. */
void lease_objects_pool(struct lease_objects *objects, const char *name)
{
	const struct lease_pool *pools;
	size_t n;

	pools = lease_desk_pools(objects->desk, &n);
	for (size_t i = 0; i < n; i++) {
		const struct pool_item item = copy_pool(&pools[i]);

		if (strcmp(item.policy.name, name) == 0)
			export_replace(&objects->pools, name, &item);
	}
}

static sd_bus_message *new_signal(struct lease_objects *objects,
				  const struct lease *lease, const char *member)
{
	char id[LEASE_ID_MAX];
	_cleanup_free_ char *path =
		property_path("lease", lease_id_format(lease->grant.id, id));
	sd_bus *connection = export_connection(&objects->leases);
	sd_bus_message *signal = NULL;

	lease_objects_lease(objects, lease, false);
	if (connection && path)
		sd_bus_message_new_signal(connection, &signal, path,
					  BUS_LEASE_INTERFACE, member);
	return signal;
}

void lease_objects_reclaim(struct lease_objects *objects,
			   const struct lease *lease)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *signal =
		new_signal(objects, lease, "ReclaimRequested");

	if (signal &&
	    sd_bus_message_append(signal, "t", lease->grant.deadline) >= 0)
		sd_bus_send(NULL, signal, NULL);
}

void lease_objects_poisoned(struct lease_objects *objects,
			    const struct lease *lease, uint64_t offset,
			    uint64_t length)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *signal =
		new_signal(objects, lease, "Poisoned");

	if (signal && sd_bus_message_append(signal, "tt", offset, length) >= 0)
		sd_bus_send(NULL, signal, NULL);
}
