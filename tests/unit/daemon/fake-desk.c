// SPDX-License-Identifier: GPL-2.0-or-later
#include "fake-desk.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const struct policy_pool policies[] = {
	{ .name = "fast", .max_lease = 1 << 30 },
	{ .name = "slow-1", .idle = POLICY_IDLE_FREE },
};

void fake_desk_make(struct lease_desk *desk)
{
	/* An id that begins with a letter, and one that does not. */
	*desk = (struct lease_desk){ .n_pools = 2,
				     .last_id = UINT64_C(0x8fffffffffffffff) };
	for (size_t i = 0; i < 2; i++)
		desk->pools[i] = (struct lease_pool){
			.policy = &policies[i],
			.size = UINT64_C(8) << 30,
			.granule = 2 << 20,
		};
}

static size_t find(const struct lease_desk *desk, uint64_t id)
{
	size_t i = 0;

	while (i < desk->n && desk->leases[i]->lease.grant.id != id)
		i++;
	return i;
}

void fake_desk_drop(struct lease_desk *desk, uint64_t id)
{
	const size_t i = find(desk, id);

	assert_true(i < desk->n);
	if (desk->leases[i]->end >= 0)
		close(desk->leases[i]->end);
	free(desk->leases[i]);
	desk->n--;
	for (size_t k = i; k < desk->n; k++) {
		desk->leases[k] = desk->leases[k + 1];
		desk->list[k] = desk->list[k + 1];
	}
}

void fake_desk_remove(struct lease_desk *desk)
{
	while (desk->n > 0)
		fake_desk_drop(desk, desk->leases[0]->lease.grant.id);
}

struct lease *fake_desk_lease(struct lease_desk *desk, uint64_t id)
{
	const size_t i = find(desk, id);

	return i < desk->n ? &desk->leases[i]->lease : NULL;
}

bool fake_desk_is_held(const struct lease_desk *desk, uint64_t id)
{
	struct pollfd end = { .fd = desk->leases[find(desk, id)]->end };

	assert_true(end.fd >= 0);
	return poll(&end, 1, 0) == 0;
}

static void keep_request(struct lease_desk *desk,
			 const struct lease_request *request)
{
	desk->request = *request;
	snprintf(desk->pool, sizeof(desk->pool), "%s", request->pool);
	snprintf(desk->name, sizeof(desk->name), "%s", request->name);
	snprintf(desk->unit, sizeof(desk->unit), "%s", request->unit);
	for (size_t i = 0; i < 4; i++)
		desk->groups[i] =
			i < request->n_groups ? request->groups[i] : 0;
}

static struct fake_desk_lease *add(struct lease_desk *desk,
				   const struct lease_request *request)
{
	struct fake_desk_lease *added = calloc(1, sizeof(*added));
	struct policy_grant *grant = &added->lease.grant;

	assert_non_null(added);
	assert_true(desk->n < FAKE_DESK_MAX);
	added->end = -1;
	added->lease.size = request->size;
	added->lease.node = -1;
	added->lease.waiting = true;
	grant->id = ++desk->last_id;
	grant->uid = request->uid;
	grant->pid = request->pid;
	grant->align = request->align;
	grant->revocable = request->revocable;
	grant->path = added->lease.has_path = request->path;
	strcpy(grant->pool, desk->pool);
	strcpy(grant->name, desk->name);
	strcpy(grant->unit, desk->unit);
	desk->list[desk->n] = &added->lease;
	desk->leases[desk->n++] = added;
	return added;
}

static void grant(struct fake_desk_lease *lease)
{
	struct lease_answer answer = { .lease = &lease->lease };
	int fds[2];

	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	lease->end = fds[0];
	lease->lease.waiting = false;
	lease->lease.grant.state = POLICY_GRANT_ACTIVE;
	strcpy(lease->lease.device, "dax0.1");
	answer.lease_fd = fds[1];
	answer.device_fd = open("/dev/zero", O_RDWR | O_CLOEXEC);
	assert_true(answer.device_fd >= 0);
	lease->answer(&answer, lease->userdata);
	lease->answer = NULL;
	close(answer.device_fd);
	close(answer.lease_fd);
}

uint64_t lease_desk_ask(struct lease_desk *desk,
			const struct lease_request *request,
			lease_answer_fn answer, void *userdata)
{
	struct fake_desk_lease *added;

	keep_request(desk, request);
	if (desk->error) {
		answer(&(struct lease_answer){ .error = desk->error,
					       .message = desk->message,
					       .device_fd = -1,
					       .lease_fd = -1 },
		       userdata);
		return 0;
	}
	added = add(desk, request);
	added->answer = answer;
	added->userdata = userdata;
	if (desk->hold)
		return added->lease.grant.id;
	grant(added);
	return desk->numbered ? added->lease.grant.id : 0;
}

void fake_desk_answer(struct lease_desk *desk, uint64_t id, int error,
		      const char *message)
{
	struct fake_desk_lease *lease = desk->leases[find(desk, id)];

	if (!error) {
		grant(lease);
		return;
	}
	lease->answer(&(struct lease_answer){ .error = error,
					      .message = message,
					      .device_fd = -1,
					      .lease_fd = -1 },
		      lease->userdata);
	fake_desk_drop(desk, id);
}

void lease_desk_withdraw(struct lease_desk *desk, uint64_t id)
{
	desk->withdrawn++;
	fake_desk_drop(desk, id);
	for (size_t i = 0; i < desk->n && desk->in_turn; i++)
		if (desk->leases[i]->answer) {
			grant(desk->leases[i]);
			break;
		}
}

int lease_desk_release(struct lease_desk *desk, uint64_t id)
{
	struct lease *lease = fake_desk_lease(desk, id);

	if (!lease)
		return -ENOENT;
	lease->grant.state = POLICY_GRANT_RELEASING;
	return 0;
}

int lease_desk_reclaim(struct lease_desk *desk, uint64_t id, uint64_t usec)
{
	struct lease *lease = fake_desk_lease(desk, id);

	if (!lease)
		return -ENOENT;
	if (!lease->grant.revocable)
		return -EOPNOTSUPP;
	desk->reclaimed = usec;
	return 0;
}

const struct lease_pool *lease_desk_pools(const struct lease_desk *desk,
					  size_t *ret_n)
{
	struct lease_pool *counted = (struct lease_pool *)desk->pools;

	counted->n_waiting = 0;
	for (size_t i = 0; i < desk->n; i++)
		counted->n_waiting += desk->list[i]->waiting;
	*ret_n = desk->n_pools;
	return desk->pools;
}

const struct lease *const *lease_desk_leases(const struct lease_desk *desk,
					     size_t *ret_n)
{
	*ret_n = desk->n;
	return desk->list;
}

const struct lease *lease_desk_find(const struct lease_desk *desk, uint64_t id)
{
	const size_t i = find(desk, id);

	return i < desk->n ? desk->list[i] : NULL;
}
