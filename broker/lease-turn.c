// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/lease-turn.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "basic/log.h"
#include "basic/names.h"
#include "basic/text.h"
#include "broker/lease-ending.h"
#include "broker/lease-handover.h"
#include "broker/lease-poison.h"
#include "broker/lease-serve.h"
#include "broker/lease/path.h"
#include "broker/lease/remnant.h"
#include "broker/record-fact.h"

/* The item of @pass that is about the device of @entry, or NULL. */
static const struct pass_item *find_item(const struct pass *pass,
					 const struct lease_entry *entry)
{
	const struct plan_item *planned =
		lease_estate_device(pass->survey, &entry->lease.grant);

	return planned ? &pass->items[planned - pass->survey->items] : NULL;
}

static const struct plan_item *planned(const struct pass *pass,
				       const struct pass_item *item)
{
	return &pass->survey->items[item - pass->items];
}

static bool is_in(const struct plan_item *item,
		  const struct lease_region *region)
{
	return strcmp(item->plan->region, region->path) == 0;
}

/* A job of the region is to begin. */
static bool is_wanted(const struct pass *pass,
		      const struct lease_region *region)
{
	for (size_t i = 0; i < pass->survey->n_items; i++)
		if (pass->items[i].wanted &&
		    is_in(&pass->survey->items[i], region))
			return true;
	return false;
}

static void note_device(struct lease_desk *desk, struct lease_entry *entry,
			const struct pass_item *item, const struct pass *pass)
{
	const struct facts_device *device;
	bool news;

	if (!item) {
		news = *entry->lease.device;
		entry->lease.device[0] = '\0';
	} else {
		device = planned(pass, item)->device;
		news = strcmp(entry->lease.device, device->name) != 0;
		ACT_FAILURE_SET(entry->lease.device, device->name);
		entry->lease.node = device->target_node;
		entry->major = device->major;
		entry->minor = device->minor;
		entry->takeable = device->users.known;
		entry->rechecks = device->users.rechecks;
	}
	if (news)
		desk_report(desk, entry);
}

/* Nothing is left to do to its device. */
static bool is_made(const struct lease_entry *entry,
		    const struct plan_item *item)
{
	return item && item->plan->outcome == PLAN_NOTHING &&
	       facts_device_is_bound(item->device, DRIVER_DEVICE_DAX) &&
	       entry->lease.grant.clear == POLICY_CLEAR_NO;
}

/* Of Reserve=, and without it there is as much as that says: the policy has
 * changed. */
static bool is_surplus(const struct lease_desk *desk,
		       const struct lease_entry *entry)
{
	const struct lease_pool *pool =
		lease_estate_pool(&desk->estate, entry->lease.grant.pool);
	uint64_t bytes = 0;

	for (size_t i = 0; i < desk->table.n; i++)
		if (desk->table.entries[i]->reserve &&
		    strcmp(desk->table.entries[i]->lease.grant.pool,
			   entry->lease.grant.pool) == 0)
			bytes += desk->table.entries[i]->wanted;
	return !pool || bytes >= pool->policy->reserve + entry->wanted;
}

static void make_ready(struct lease_desk *desk, struct lease_entry *entry)
{
	struct policy_grant grant = entry->lease.grant;

	/* No pass need follow that would find it ready. */
	if (is_surplus(desk, entry)) {
		desk_remove(desk, entry);
		return;
	}
	grant.state = POLICY_GRANT_READY;
	if (desk_put(desk, entry, &grant, false) < 0)
		desk_retry_later(desk, entry); /* the next pass does */
	else
		desk_report(desk, entry);
}

static void hand_over(struct lease_desk *desk, struct lease_entry *entry)
{
	const uint64_t id = entry->lease.grant.id;
	_cleanup_free_ char *text = NULL;
	int r = lease_handover_give(desk, entry, &entry->lease.grant);

	if (r >= 0)
		return;
	text = r == -EOPNOTSUPP
		       ? strdup(LEASE_HANDOVER_NO_PATH)
		       : text_format("The device of the lease is there, and it "
				     "cannot be handed over: %s.",
				     strerror(-r));
	desk_refuse(entry, r == -ENOMEM || r == -EOPNOTSUPP ? r : -EBUSY, text);
	entry = lease_table_find(&desk->table, id);
	if (entry)
		desk_remove(desk, entry);
}

/* Why no job leads to its device; to be freed, NULL: out of memory. */
static char *describe_stop(const struct pass *pass,
			   const struct lease_region *region,
			   const struct pass_item *item, uid_t uid)
{
	struct record record;

	for (size_t i = 0; i < pass->survey->n_items && !item; i++)
		if (is_in(&pass->survey->items[i], region))
			item = &pass->items[i];
	if (!item)
		return strdup("The region of the memory is gone.");
	if (uid == 0)
		return record_fact_message(item->record);
	record = record_fact_without_processes(item->record);
	return record_fact_message(&record);
}

static void turn_making(struct lease_desk *desk, struct lease_entry *entry,
			const struct pass *pass, const struct pass_item *item)
{
	const struct policy_grant grant = entry->lease.grant;
	const struct lease_region *region =
		lease_estate_region(&desk->estate, &grant);

	if (is_made(entry, item ? planned(pass, item) : NULL)) {
		if (entry->reserve)
			make_ready(desk, entry);
		else
			hand_over(desk, entry);
	} else if (!region) {
		desk_refuse(entry, -ENOENT, "The pool is gone.");
		desk_remove(desk, entry);
	} else if (!desk->changed && !is_wanted(pass, region)) {
		lease_serve_pass_over(
			desk, entry, grant.ranges, grant.n_ranges, true,
			describe_stop(pass, region, item, grant.uid));
	}
}

/* What something else has done to the device of a lease leaves nothing known of
 * its bytes. */
static void turn_ready(struct lease_desk *desk, struct lease_entry *entry,
		       const struct plan_item *item)
{
	if (!item || !facts_device_is_bound(item->device, DRIVER_DEVICE_DAX) ||
	    is_surplus(desk, entry))
		desk_remove(desk, entry);
}

static void turn_active(struct lease_desk *desk, struct lease_entry *entry,
			const struct plan_item *item)
{
	struct policy_grant grant = entry->lease.grant;

	/* Without a driver it is bound again, and has its bytes still. */
	if (item && !facts_device_is_bound(item->device, DRIVER_KMEM)) {
		lease_poison_note(desk, entry, item->device);
		return;
	}
	/* Those of memory that was something else are not known. */
	if (grant.clear != POLICY_CLEAR_NO ||
	    !lease_estate_region(&desk->estate, &grant))
		return;
	grant.clear = POLICY_CLEAR_ZERO;
	if (desk_put(desk, entry, &grant, true) < 0)
		log_warning("A lease whose device was taken from it cannot be "
			    "written");
}

/* Its job was refused, or has failed, and nothing else begins one. daxbroker's
 * driver reports when the last user goes; that may have been before the pass.
 */
static bool is_to_be_tried(const struct pass *pass,
			   const struct pass_item *item)
{
	const struct plan_item *its = planned(pass, item);
	const struct facts_users *users = &its->device->users;

	return its->plan->outcome == PLAN_SWITCH && !item->wanted &&
	       (item->record->outcome != RECORD_REFUSED || !users->known ||
		!users->drain || strcmp(users->drain, "draining") != 0);
}

/* What is no pool's any more is decided by whatever policy it has now, which
 * asks for users itself; not while a file is in error. What has no device has
 * no users. */
static void turn_ending(struct lease_desk *desk, struct lease_entry *entry,
			const struct pass *pass, const struct pass_item *item)
{
	const struct plan_item *its = item ? planned(pass, item) : NULL;
	const struct lease_region *region =
		lease_estate_region(&desk->estate, &entry->lease.grant);

	if (!region && its && its->decision->faulty)
		return;
	if (!region || (!item && !is_wanted(pass, region))) {
		desk_remove(desk, entry);
		return;
	}
	if (!item)
		return;
	if (its->plan->outcome == PLAN_REFUSED &&
	    its->plan->refusal == PLAN_REFUSAL_POISONED)
		lease_poison_withhold(desk, entry);
	if (!entry->retry_at && is_to_be_tried(pass, item))
		desk_retry_later(desk, entry);
}

static void turn_entry(struct lease_desk *desk, struct lease_entry *entry,
		       const struct pass *pass)
{
	const struct pass_item *item = find_item(pass, entry);
	const struct plan_item *plan_item = item ? planned(pass, item) : NULL;

	note_device(desk, entry, item, pass);
	if (entry->dropping) {
		desk_remove(desk, entry);
		return;
	}
	switch (entry->lease.grant.state) {
	case POLICY_GRANT_MAKING:
		turn_making(desk, entry, pass, item);
		break;
	case POLICY_GRANT_READY:
		turn_ready(desk, entry, plan_item);
		break;
	case POLICY_GRANT_ACTIVE:
		turn_active(desk, entry, plan_item);
		break;
	case POLICY_GRANT_DRAINING:
	case POLICY_GRANT_RELEASING:
		turn_ending(desk, entry, pass, item);
		break;
	case POLICY_GRANT_STATES:
		break;
	}
}

static bool may_have_path(const struct lease_entry *entry,
			  const struct plan_item *item)
{
	return lease_path_is_due(&entry->lease.grant) && !entry->ending &&
	       !entry->dropping && item &&
	       facts_device_is_bound(item->device, DRIVER_DEVICE_DAX) &&
	       item->device->users.rechecks;
}

/* Its device may be gone, or have another number; what has the number now may
 * be another lease's. */
static int check_path(struct lease_desk *desk, struct lease_entry *entry,
		      const struct plan_item *item)
{
	const struct broker_interface *interface = desk->outside.interface;
	const struct policy_grant *grant = &entry->lease.grant;
	int fd;

	if (!may_have_path(entry, item))
		return desk_take_path(desk, entry);
	fd = interface->path_make(interface->outside, grant->id, grant->uid,
				  item->device->major, item->device->minor);
	entry->lease.has_path = fd >= 0;
	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

/* Before anything is handed over, and before any job begins. */
static void check_paths(struct lease_desk *desk, const struct pass *pass)
{
	for (size_t i = 0; i < desk->table.n; i++) {
		struct lease_entry *entry = desk->table.entries[i];
		const bool had = entry->lease.has_path;
		int r;

		if (!entry->lease.grant.path || entry->lease.waiting)
			continue;
		r = check_path(
			desk, entry,
			lease_estate_device(pass->survey, &entry->lease.grant));
		if (r < 0)
			log_warning("The node of a lease cannot be what it is "
				    "to be: %s",
				    strerror(-r));
		if (entry->lease.has_path != had)
			desk_report(desk, entry);
	}
}

/* Of memory that everybody uses, or will by a job that begins now and may be
 * undone in the end, nothing is known. */
static bool is_shared(const struct pass *pass, size_t i, bool begins)
{
	return facts_device_is_bound(pass->survey->items[i].device,
				     DRIVER_KMEM) ||
	       (begins && pass->items[i].wanted &&
		pass->survey->items[i].plan->mode == POLICY_MODE_SYSTEM_RAM);
}

static void forget_remnants(struct lease_desk *desk, const struct pass *pass,
			    bool begins)
{
	struct policy_grants *grants = desk->ledger.in_force;
	struct policy_grants draft;
	int r = 0;

	for (size_t i = 0; i < pass->survey->n_items; i++) {
		const struct facts_device *device =
			pass->survey->items[i].device;

		if (!is_shared(pass, i, begins))
			continue;
		for (size_t j = 0; j < device->n_ranges; j++)
			r |= lease_remnant_cut(grants, device->ranges[j]);
	}
	if (r < 0)
		grants->n_remnants = 0;
	/* On disk, too, before the memory can be anything else. */
	if (r != 0 && lease_ledger_draft(&desk->ledger, &draft) == 0)
		lease_ledger_commit(&desk->ledger, &draft);
}

void lease_turn_take(struct lease_desk *desk, const struct pass *pass)
{
	_cleanup_free_ uint64_t *ids = calloc(desk->table.n + 1, sizeof(*ids));
	const size_t n = desk->table.n;

	forget_remnants(desk, pass, false);
	if (!ids)
		return;
	check_paths(desk, pass);
	for (size_t i = 0; i < n; i++)
		ids[i] = desk->table.entries[i]->lease.grant.id;
	for (size_t i = 0; i < n; i++) {
		struct lease_entry *entry =
			lease_table_find(&desk->table, ids[i]);

		if (entry && entry->lease.grant.n_ranges > 0)
			turn_entry(desk, entry, pass);
	}
	lease_serve_all(desk);
	if (desk->changed)
		return;
	forget_remnants(desk, pass, true);
	for (size_t i = 0; i < desk->estate.n_regions; i++)
		desk->estate.regions[i].busy =
			is_wanted(pass, &desk->estate.regions[i]);
}

static bool has_step(const struct plan *plan, enum plan_step_kind kind)
{
	for (size_t i = 0; i < plan->n_steps; i++)
		if (plan->steps[i].kind == kind)
			return true;
	return false;
}

/* The device of @pass that @plan is of, or NULL: an earlier pass has made it.
 */
static const struct facts_device *device_of(const struct pass *pass,
					    const struct plan *plan)
{
	for (size_t i = 0; i < pass->survey->n_items; i++)
		if (pass->survey->items[i].plan == plan)
			return pass->survey->items[i].device;
	return NULL;
}

static struct lease_entry *find_entry(const struct lease_desk *desk,
				      const struct facts_device *device)
{
	for (size_t i = 0; i < desk->table.n; i++)
		if (lease_estate_is_device(
			    device, &desk->table.entries[i]->lease.grant))
			return desk->table.entries[i];
	return NULL;
}

/* It has gone through what its grant says. */
static bool is_cleared(const struct plan *plan, enum policy_clear wanted)
{
	if (has_step(plan, PLAN_CLEAR))
		return true;
	return wanted == POLICY_CLEAR_VACATE &&
	       has_step(plan, PLAN_CHECK_UNUSED);
}

static void take_cleared(struct lease_desk *desk, struct lease_entry *entry,
			 const struct plan *plan)
{
	struct policy_grant grant = entry->lease.grant;

	if (grant.clear == POLICY_CLEAR_NO || !is_cleared(plan, grant.clear))
		return;
	if (grant.state == POLICY_GRANT_DRAINING ||
	    grant.state == POLICY_GRANT_RELEASING) {
		lease_ending_finish(desk, entry, has_step(plan, PLAN_CLEAR));
		return;
	}
	grant.clear = POLICY_CLEAR_NO;
	grant.incarnation[0] = '\0';
	if (desk_put(desk, entry, &grant, false) < 0)
		log_warning("That memory of a lease was cleared cannot be "
			    "written; it is cleared again");
}

/* Root alone sees the processes of others. */
static char *describe_failure(const struct act_result *result, uid_t uid)
{
	struct act_failure failure = result->failure;
	_cleanup_free_ char *text = NULL, *blocker = NULL;

	if (uid != 0)
		act_failure_hide_process(&failure);
	text = act_failure_describe(&failure);
	blocker = act_failure_describe_blocker(&failure.blocker);
	return text_format("%s%s%s.", text ?: "A job of the region failed",
			   blocker ? ": " : "", blocker ?: "");
}

static bool is_failure(const struct act_result *result)
{
	return result->outcome == ACT_REFUSED ||
	       result->outcome == ACT_UNDONE || result->outcome == ACT_STUCK ||
	       result->outcome == ACT_LOST;
}

/* The memory block that a failure is about. */
static bool failed_block(const struct plan *plan,
			 const struct act_failure *failure,
			 struct phys_range *ret)
{
	if (failure->has_block && plan->block_size)
		*ret = (struct phys_range){
			failure->block * plan->block_size,
			(failure->block + 1) * plan->block_size - 1
		};
	else if (failure->range.end > failure->range.start)
		*ret = failure->range;
	else
		return false;
	return true;
}

/* Whose memory did not leave: of those that are being made in the region. A
 * device goes as a whole, or not at all. */
static void pass_over(struct lease_desk *desk, struct lease_entry *entry,
		      const struct pass *pass, const struct plan *plan,
		      const struct act_result *result)
{
	const struct policy_grant grant = entry->lease.grant;
	const struct facts_device *device = facts_find_device(
		pass->survey->snapshot, result->failure.device);
	struct phys_range block;
	const struct phys_range *ranges = &block;
	size_t n = 1;
	bool has = false;

	if (!failed_block(plan, &result->failure, &block)) {
		ranges = device ? device->ranges : NULL;
		n = device ? device->n_ranges : 0;
	}
	for (size_t i = 0; i < n; i++)
		has |= policy_grant_has(&grant, ranges[i]);
	if (has)
		lease_serve_pass_over(desk, entry, ranges, n, false,
				      describe_failure(result, grant.uid));
	else if (n == 0)
		lease_serve_pass_over(desk, entry, grant.ranges, grant.n_ranges,
				      true,
				      describe_failure(result, grant.uid));
}

/* Somebody uses it still, or it cannot be cleared: the next pass says what
 * follows. */
static void take_failed(struct lease_desk *desk, struct lease_entry *entry,
			const struct pass *pass, const struct plan *plan,
			const struct act_result *result)
{
	const enum policy_grant_state state = entry->lease.grant.state;

	if (state == POLICY_GRANT_MAKING && !entry->dropping) {
		pass_over(desk, entry, pass, plan, result);
	} else if (state != POLICY_GRANT_DRAINING &&
		   state != POLICY_GRANT_RELEASING) {
		return;
	} else if (result->failure.cause == ACT_CAUSE_POISON) {
		lease_poison_withhold(desk, entry);
	} else {
		entry->lease.holder = result->failure.blocker;
		desk_report(desk, entry);
	}
}

static bool is_being_made(const struct lease_desk *desk,
			  const struct lease_entry *entry, const char *region)
{
	const struct lease_region *its =
		lease_estate_region(&desk->estate, &entry->lease.grant);

	return entry->lease.grant.n_ranges > 0 && !entry->dropping &&
	       entry->lease.grant.state == POLICY_GRANT_MAKING && its &&
	       strcmp(its->path, region) == 0;
}

static void take_layout(struct lease_desk *desk, const struct pass *pass,
			const struct plan *plan,
			const struct act_result *result)
{
	_cleanup_free_ uint64_t *ids = calloc(desk->table.n + 1, sizeof(*ids));
	size_t n = 0;

	if (!ids || !is_failure(result))
		return;
	for (size_t i = 0; i < desk->table.n; i++)
		if (is_being_made(desk, desk->table.entries[i], plan->region))
			ids[n++] = desk->table.entries[i]->lease.grant.id;
	for (size_t i = 0; i < n; i++) {
		struct lease_entry *entry =
			lease_table_find(&desk->table, ids[i]);

		if (entry && is_being_made(desk, entry, plan->region))
			pass_over(desk, entry, pass, plan, result);
	}
}

void lease_turn_job_ended(struct lease_desk *desk, const struct pass *pass,
			  const struct plan *plan,
			  const struct act_result *result)
{
	const struct facts_device *device = device_of(pass, plan);
	struct lease_entry *entry = device ? find_entry(desk, device) : NULL;

	if (plan->mode == POLICY_MODE_KEEP)
		take_layout(desk, pass, plan, result);
	else if (entry && result->outcome == ACT_DONE)
		take_cleared(desk, entry, plan);
	else if (entry && is_failure(result))
		take_failed(desk, entry, pass, plan, result);
	desk_arm(desk);
}
