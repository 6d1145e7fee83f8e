// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/refusal.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/names.h"
#include "basic/size.h"
#include "basic/text.h"
#include "plan/access.h"
#include "plan/in-use.h"
#include "plan/one-way.h"
#include "policy/persistent.h"

static const char *const refusal_names[] = {
	[PLAN_REFUSAL_NONE] = "none",
	[PLAN_REFUSAL_BUSY] = "busy",
	[PLAN_REFUSAL_PERSISTENT] = "persistent",
	[PLAN_REFUSAL_CONTENT] = "content",
	[PLAN_REFUSAL_ONE_WAY] = "one-way",
	[PLAN_REFUSAL_NO_NODE] = "no-node",
	[PLAN_REFUSAL_TOO_SMALL] = "too-small",
	[PLAN_REFUSAL_STRANDED] = "stranded",
	[PLAN_REFUSAL_NO_HOTPLUG] = "no-hotplug",
	[PLAN_REFUSAL_POISONED] = "poisoned",
	[PLAN_REFUSAL_FOREIGN] = "foreign-driver",
	[PLAN_REFUSAL_IN_TREE_DRIVER] = "in-tree-driver",
	[PLAN_REFUSAL_LAYOUT] = "layout",
	[PLAN_REFUSAL_LIMIT] = "limit",
	[PLAN_REFUSAL_UNKNOWN] = "unknown",
};

const char *plan_refusal_name(enum plan_refusal refusal)
{
	assert(refusal < ARRAY_SIZE(refusal_names));
	return refusal_names[refusal];
}

/* What a rule looks at, and where it leaves its sentence. */
struct question {
	const struct facts_snapshot *snapshot;
	const struct facts_device *device;
	const struct policy_decision *decision;
	unsigned int flags; /* enum plan_flags */
	char *reason;
};

static void _printf_(2, 3) say(struct question *q, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	q->reason = text_vformat(format, ap);
	va_end(ap);
}

static bool check_foreign(struct question *q)
{
	const struct facts_device *d = q->device;

	if (!d->driver || facts_device_is_bound(d, DRIVER_KMEM) ||
	    facts_device_is_bound(d, DRIVER_DEVICE_DAX))
		return false;
	if (facts_device_is_bound(d, DRIVER_FSDEV))
		say(q,
		    "%s is bound to " DRIVER_FSDEV " for a file system, and "
		    "nothing shows whether that is mounted; unmount it, then "
		    "unbind the device",
		    d->name);
	else
		say(q,
		    "%s is bound to the driver %s, which is "
		    "neither " DRIVER_DEVICE_DAX " nor " DRIVER_KMEM
		    "; unbind it first",
		    d->name, d->driver);
	return true;
}

static bool check_ranges(struct question *q)
{
	if (q->device->ranges_known)
		return false;
	say(q, "the physical ranges of %s cannot be read; root can read them",
	    q->device->name);
	return true;
}

static bool check_hotplug(struct question *q)
{
	if (q->snapshot->kernel.block_size != 0)
		return false;
	say(q, "this kernel cannot hot-plug memory (CONFIG_MEMORY_HOTPLUG)");
	return true;
}

static bool check_stranded(struct question *q)
{
	const struct facts_device *d = q->device;

	/* daxbroker's kmem adopts what it was unbound from. */
	if (!plan_is_stranded(d) || q->snapshot->kernel.kmem_probe_state)
		return false;
	say(q,
	    "%zu memory blocks of %s are still hot-plugged "
	    "although " DRIVER_KMEM
	    " does not have it: they were online when somebody unbound it; "
	    "only a reboot gives them back",
	    d->n_blocks, d->name);
	return true;
}

/* Undoing gives a device its ranges in the order of their addresses. */
static bool check_order(struct question *q)
{
	if (!q->device->shuffled)
		return false;
	say(q,
	    "the ranges of %s are not in the order of their addresses, and it "
	    "could not be restored; give its memory back (write 0 to its "
	    "attribute size), then run daxbroker apply",
	    q->device->name);
	return true;
}

/* The first device's own exclusion is one of the limits. */
static bool check_exclusion(struct question *q)
{
	const struct policy_decision *d = q->decision;

	if (d->exclusion)
		say(q, "NeverTouch= excludes %s (%s)", q->device->name,
		    d->exclusion->text);
	else if (d->exclusion_unknown)
		say(q,
		    "it is unknown whether NeverTouch= excludes %s; root can "
		    "read it",
		    q->device->name);
	return d->exclusion || d->exclusion_unknown;
}

static bool check_node(struct question *q)
{
	if (facts_device_is_bound(q->device, DRIVER_KMEM) ||
	    q->device->target_node >= 0)
		return false;
	say(q,
	    "%s has no target_node: the firmware (SRAT, HMAT, CFMWS) gives its "
	    "range no NUMA node, so it cannot become one",
	    q->device->name);
	return true;
}

static bool check_room(struct question *q)
{
	const struct facts_device *d = q->device;
	char block[SIZE_FORMAT_MAX];

	if (d->possible_blocks > 0)
		return false;
	say(q,
	    "%s holds no whole memory block of %s, the kernel's unit of "
	    "hot-plug",
	    d->name, size_format(q->snapshot->kernel.block_size, block));
	return true;
}

static bool is_guarded(const struct question *q)
{
	return !facts_device_is_bound(q->device, DRIVER_KMEM) &&
	       facts_device_region(q->snapshot, q->device)->provider ==
		       FACTS_PROVIDER_PMEM &&
	       q->decision->use.persistent != POLICY_PERSISTENT_OVERWRITE;
}

static const char *file_of(const struct question *q)
{
	return q->decision->file ?: "the policy";
}

/* The value of Persistent= that gives this up, besides what may go already. */
static const char *permit(const struct question *q, enum content_kind kind,
			  char buf[POLICY_VALUE_MAX])
{
	return policy_persistent_format(
		q->decision->use.persistent | CONTENT_KIND_BIT(kind), buf);
}

static void say_persistent(struct question *q, const char *permission)
{
	const struct facts_device *d = q->device;

	if (d->content == CONTENT_UNKNOWN)
		say(q,
		    "%s is persistent memory, and it is unknown whether it "
		    "holds something (%s), which hot-plugging would destroy; "
		    "to allow that, say Persistent=overwrite in %s",
		    d->name,
		    facts_content_why_text(facts_device_content_why(d)),
		    file_of(q));
	else
		say(q,
		    "%s is persistent memory, and hot-plugging it would "
		    "destroy what it holds (%s); to allow that, say "
		    "Persistent=%s in %s",
		    d->name, content_kind_name(d->content), permission,
		    file_of(q));
}

/* While a job is at work on it nobody else reads it; the switch itself does. */
static bool is_to_be_read(const struct question *q)
{
	return q->device->content == CONTENT_BLANK ||
	       policy_persistent_allows(q->decision->use.persistent,
					q->device->content) ||
	       facts_device_content_why(q->device) == FACTS_CONTENT_AT_WORK;
}

static bool check_persistent(struct question *q)
{
	char buf[POLICY_VALUE_MAX];

	if (!is_guarded(q) || is_to_be_read(q))
		return false;
	say_persistent(q, permit(q, q->device->content, buf));
	return true;
}

/* No step reads what a layout would give away. */
static bool check_layout_persistent(struct question *q)
{
	if (!is_guarded(q))
		return false;
	say_persistent(q, "overwrite");
	return true;
}

/* Which memory several hosts share the kernel does not know. That of a pool is
 * cleared between leases, and what is in it is the lease's. */
static bool check_shared(struct question *q)
{
	const struct facts_device *d = q->device;
	char buf[POLICY_VALUE_MAX];

	if (facts_device_is_bound(d, DRIVER_KMEM) || q->decision->pool ||
	    !(CONTENT_KINDS_SHARED & CONTENT_KIND_BIT(d->content)) ||
	    policy_persistent_allows(q->decision->use.persistent, d->content))
		return false;
	say(q,
	    "%s holds %s, which another host may use where memory is shared; "
	    "to overwrite that, say Persistent=%s in %s",
	    d->name, content_kind_name(d->content), permit(q, d->content, buf),
	    file_of(q));
	return true;
}

static bool check_one_way(struct question *q)
{
	const struct policy_decision *d = q->decision;

	if (d->use.one_way != POLICY_ONE_WAY_REFUSE ||
	    !one_way_leads(q->snapshot, q->device, &d->use))
		return false;
	say(q,
	    "since Linux 6.14 %s would never leave node %d again, as the "
	    "node's "
	    "only memory and in a kernel zone; say Zone=movable, or "
	    "OneWay=allow, in %s",
	    q->device->name, q->device->target_node, d->file);
	return true;
}

static bool check_poison(struct question *q)
{
	uint64_t pages = q->device->users.poisoned_pages;

	if (pages == 0)
		return false;
	say(q,
	    "memory failed in %" PRIu64 " pages of %s, and as system-ram a "
	    "program could get them; keep it as devdax, or repair it (ndctl "
	    "clear-errors, the platform's tools) and bind it anew",
	    pages, q->device->name);
	return true;
}

/* A lease has ended. Its memory stays apart: to clear it would fail at the page
 * again and again, and with the device gone nobody would know of it. */
static bool check_clear(struct question *q)
{
	uint64_t pages = q->device->users.poisoned_pages;

	if (pages == 0 || q->device->users.openers > 0 ||
	    q->decision->use.clear == POLICY_CLEAR_NO)
		return false;
	say(q,
	    "memory failed in %" PRIu64 " pages of %s: no lease gets it, and "
	    "nobody else; repair it (ndctl clear-errors, the platform's "
	    "tools) and bind it anew",
	    pages, q->device->name);
	return true;
}

static bool check_busy(struct question *q)
{
	/* Where they are waited for, the switch itself asks. */
	return !(q->flags & PLAN_USERS_LATER) &&
	       facts_device_is_bound(q->device, DRIVER_DEVICE_DAX) &&
	       q->decision->use.on_busy != POLICY_ON_BUSY_WAIT &&
	       in_use_describe(q->device, &q->reason) != 0;
}

static bool check_access(struct question *q)
{
	const struct policy_decision *d = q->decision;

	if (!access_demand(&d->use) ||
	    !access_is_impossible(q->snapshot, q->device, &d->use))
		return false;
	say(q,
	    "%s for %s needs daxbroker's own module " DRIVER_DEVICE_DAX
	    ", and the kernel's own is loaded; %s, or say %s in %s",
	    access_demand(&d->use), q->device->name,
	    q->snapshot->kernel.device_dax_passed_over
		    ? "daxbroker status says what to do about that"
		    : "install daxbroker-dkms and reboot",
	    access_offer(&d->use), d->file);
	return true;
}

/* What a device is on its way to. */
enum way {
	TO_DEVDAX = 1 << 0,
	TO_RAM = 1 << 1,
	IS_DEVDAX = 1 << 2,	  /* and stays it */
	TO_OTHER_MEMORY = 1 << 3, /* its region is laid out anew */
	ANYWHERE = TO_DEVDAX | TO_RAM | TO_OTHER_MEMORY,
};

struct rule {
	enum plan_refusal refusal;
	bool (*holds)(struct question *q);
	unsigned int ways; /* that it is asked on */
};

/* What can never work comes before what may pass. */
static const struct rule rules[] = {
	{ PLAN_REFUSAL_FOREIGN, check_foreign, ANYWHERE },
	{ PLAN_REFUSAL_LIMIT, check_exclusion, TO_OTHER_MEMORY },
	{ PLAN_REFUSAL_NO_HOTPLUG, check_hotplug, TO_RAM },
	{ PLAN_REFUSAL_NO_NODE, check_node, TO_RAM },
	{ PLAN_REFUSAL_PERSISTENT, check_persistent, TO_RAM },
	{ PLAN_REFUSAL_PERSISTENT, check_layout_persistent, TO_OTHER_MEMORY },
	{ PLAN_REFUSAL_CONTENT, check_shared, TO_RAM | TO_OTHER_MEMORY },
	{ PLAN_REFUSAL_ONE_WAY, check_one_way, TO_RAM },
	{ PLAN_REFUSAL_IN_TREE_DRIVER, check_access, TO_DEVDAX | IS_DEVDAX },
	{ PLAN_REFUSAL_UNKNOWN, check_ranges, ANYWHERE },
	{ PLAN_REFUSAL_LAYOUT, check_order, TO_OTHER_MEMORY },
	{ PLAN_REFUSAL_STRANDED, check_stranded, ANYWHERE },
	{ PLAN_REFUSAL_TOO_SMALL, check_room, TO_RAM },
	{ PLAN_REFUSAL_POISONED, check_poison, TO_RAM | TO_OTHER_MEMORY },
	{ PLAN_REFUSAL_POISONED, check_clear, IS_DEVDAX },
	{ PLAN_REFUSAL_BUSY, check_busy, TO_RAM | TO_OTHER_MEMORY },
};

static enum plan_refusal find(struct question q, enum way way,
			      char **ret_reason)
{
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		if (!(rules[i].ways & way))
			continue;
		if (!rules[i].holds(&q))
			continue;
		*ret_reason = q.reason;
		return rules[i].refusal;
	}
	return PLAN_REFUSAL_NONE;
}

static enum way way_of(const struct facts_device *device,
		       const struct policy_decision *decision)
{
	if (decision->use.mode == POLICY_MODE_SYSTEM_RAM)
		return TO_RAM;
	return plan_current_mode(device) == POLICY_MODE_DEVDAX ? IS_DEVDAX
							       : TO_DEVDAX;
}

enum plan_refusal refusal_find(const struct facts_snapshot *snapshot,
			       const struct facts_device *device,
			       const struct policy_decision *decision,
			       unsigned int flags, char **ret_reason)
{
	return find(
		(struct question){ snapshot, device, decision, flags, NULL },
		way_of(device, decision), ret_reason);
}

enum plan_refusal refusal_of_release(const struct facts_snapshot *snapshot,
				     const struct facts_device *device,
				     const struct policy_decision *decision,
				     unsigned int flags, char **ret_reason)
{
	return find(
		(struct question){ snapshot, device, decision, flags, NULL },
		TO_OTHER_MEMORY, ret_reason);
}
