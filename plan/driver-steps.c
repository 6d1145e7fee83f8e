// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/driver-steps.h"

#include <errno.h>
#include <string.h>

#include "basic/names.h"
#include "basic/text.h"
#include "policy/persistent.h"

int driver_steps_load(struct draft *draft, const char *driver)
{
	const struct facts_kernel *kernel = &draft->snapshot->kernel;
	bool loaded = strcmp(driver, DRIVER_KMEM) == 0 ? kernel->has_kmem
						       : kernel->has_device_dax;

	if (loaded)
		return 0;
	return draft_add_step(draft,
			      (struct plan_step){ .kind = PLAN_LOAD_MODULE,
						  .driver = driver },
			      "the driver %s is not loaded", driver);
}

static bool is_guarded(const struct draft *draft,
		       const struct facts_device *device)
{
	return facts_device_region(draft->snapshot, device)->provider ==
		       FACTS_PROVIDER_PMEM &&
	       draft->decision->use.persistent != POLICY_PERSISTENT_OVERWRITE;
}

static int add_check(struct draft *draft, const struct facts_device *device,
		     const char *holds)
{
	const uint32_t persistent = draft->decision->use.persistent;
	char buf[POLICY_VALUE_MAX];

	return draft_add_step_of(
		draft, device,
		(struct plan_step){ .kind = PLAN_EMPTY, .kinds = persistent },
		"%sPersistent=%s protects whatever %sit holds", holds,
		policy_persistent_format(persistent, buf),
		*holds ? "else " : "");
}

int driver_steps_clear(struct draft *draft)
{
	if (is_guarded(draft, draft->device)) {
		int r = add_check(draft, draft->device, "");

		if (r < 0 || !draft->decision->use.persistent)
			return r;
	}
	return draft_add_step(draft, (struct plan_step){ .kind = PLAN_CLEAR },
			      "nobody is to see what another user has left");
}

int driver_steps_check_empty(struct draft *draft,
			     const struct facts_device *device)
{
	_cleanup_free_ char *holds = NULL;

	if (!is_guarded(draft, device))
		return 0;
	if (device->content == CONTENT_BLANK ||
	    device->content == CONTENT_UNKNOWN)
		holds = strdup("samples of it are zero, and ");
	else
		holds = text_format("it holds %s, and ",
				    content_kind_name(device->content));
	return holds ? add_check(draft, device, holds) : -ENOMEM;
}

/* A user that is waited for may write what was read before. */
static uint64_t patience(const struct draft *draft,
			 const struct facts_device *device)
{
	return is_guarded(draft, device)
		       ? 0
		       : policy_use_patience(&draft->decision->use);
}

int driver_steps_leave_devdax(struct draft *draft,
			      const struct facts_device *device)
{
	int r;

	r = draft_add_step_of(
		draft, device,
		(struct plan_step){ .kind = PLAN_CHECK_UNUSED,
				    .timeout = patience(draft, device) },
		"an unbind would kill its users");
	if (r < 0)
		return r;
	return draft_add_step_of(
		draft, device,
		(struct plan_step){ .kind = PLAN_UNBIND,
				    .driver = DRIVER_DEVICE_DAX },
		"%s",
		draft->of_region ? "only a device without a driver can "
				   "be changed"
				 : DRIVER_KMEM " can take it only then");
}

int driver_steps_adopt(struct draft *draft, const struct facts_device *device)
{
	return draft_add_step_of(
		draft, device,
		(struct plan_step){ .kind = PLAN_ADOPT, .driver = DRIVER_KMEM },
		DRIVER_KMEM " adopts the %zu memory blocks that an "
			    "unbind left behind; those of another device go "
			    "offline",
		device->n_blocks);
}

int driver_steps_leave_kmem(struct draft *draft,
			    const struct facts_device *device)
{
	const size_t n_online = plan_count_online(draft->snapshot, device);
	/* A kmem that has `state` takes all blocks offline or none; one that
	 * adopts has it. */
	const bool whole = device->kmem_state || plan_is_stranded(device);
	int r = 0;

	if (n_online > 0 && !whole)
		r = draft_add_step_of(
			draft, device,
			(struct plan_step){ .kind = PLAN_OFFLINE,
					    .zone = POLICY_ZONE_AUTO,
					    .n_blocks = n_online },
			"memory can be removed only while it is offline");
	if (r < 0)
		return r;
	return draft_add_step_of(
		draft, device,
		(struct plan_step){ .kind = PLAN_UNBIND,
				    .driver = DRIVER_KMEM },
		"%s",
		whole ? DRIVER_KMEM " takes all of its memory out of the "
				    "system, or none"
		      : DRIVER_KMEM " removes its memory from the system");
}
