// SPDX-License-Identifier: GPL-2.0-or-later
#include "lease-client.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/names.h"

void lease_client_world(size_t n, const char *policy)
{
	char name[32];

	world_add_region(&world, n);
	for (size_t i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "dax0.%zu", i);
		world_device(&world, name)->driver = DRIVER_KMEM;
	}
	world_policy(&world, "a.region", policy);
	world_start(&world);
}

static void on_answer(const struct lease_answer *answer, void *userdata)
{
	struct client *client = userdata;

	client->answers++;
	client->error = answer->error;
	if (answer->error) {
		snprintf(client->message, sizeof(client->message), "%s",
			 answer->message);
		return;
	}
	client->id = answer->lease->grant.id;
	snprintf(client->device, sizeof(client->device), "%s",
		 answer->lease->device);
	memcpy(client->incarnation, answer->lease->grant.incarnation,
	       sizeof(client->incarnation));
	assert_true(answer->device_fd >= 0);
	client->by_path = fcntl(answer->device_fd, F_GETFL) & O_PATH;
	client->lease_fd = dup(answer->lease_fd);
	assert_true(client->lease_fd >= 0);
}

void lease_client_ask_with(struct client *client, uint64_t size,
			   struct lease_request request)
{
	*client = (struct client){ .uid = request.uid, .lease_fd = -1 };
	request.pool = "hbm";
	request.size = size;
	request.name = request.name ?: "";
	request.unit = request.unit ?: "";
	request.pid = 77;
	client->request = lease_desk_ask(broker_lease_desk(world.broker),
					 &request, on_answer, client);
	assert_int_equal(client->request == 0, client->answers == 1);
	fake_advance(&world.fake, 0);
}

void lease_client_ask(struct client *client, uid_t uid, uint64_t size,
		      uint64_t wait)
{
	lease_client_ask_with(
		client, size,
		(struct lease_request){ .uid = uid, .node = -1, .wait = wait });
}

void lease_client_get(struct client *client, uid_t uid, uint64_t size)
{
	lease_client_ask(client, uid, size, 0);
	world_finish(&world);
	lease_client_has(client);
}

void lease_client_has(const struct client *client)
{
	if (client->answers && client->error)
		fail_msg("it was refused: %s", client->message);
	assert_int_equal(client->answers, 1);
	assert_true(client->lease_fd >= 0);
	assert_int_equal(strlen(client->incarnation), 32);
}

void lease_client_was_refused(const struct client *client, int error,
			      const char *part)
{
	assert_int_equal(client->answers, 1);
	if (!strstr(client->message, part))
		fail_msg("\"%s\" is not in \"%s\"", part, client->message);
	assert_int_equal(client->error, error);
}

void lease_client_leave(struct client *client)
{
	close(client->lease_fd);
	client->lease_fd = -1;
	fake_poll(&world.fake);
	fake_advance(&world.fake, 0);
}

void lease_client_expect(const struct client *client, const char *state)
{
	const struct lease *lease = lease_desk_find(
		broker_lease_desk(world.broker), client->id ?: client->request);

	assert_string_equal(lease ? lease_state_name(lease) : "gone", state);
}

struct policy_grants lease_client_grants(void)
{
	struct policy_grants grants = { 0 };
	_cleanup_free_ char *text = NULL;
	char path[256];

	snprintf(path, sizeof(path), "%s" RUN_DIR "/" POLICY_GRANTS,
		 world.root.path);
	if (access(path, F_OK) < 0)
		return grants;
	text = slurp(path);
	assert_int_equal(policy_grants_parse(&grants, text, strlen(text)), 0);
	return grants;
}

/* A directory in the place of what is written first. */
void lease_client_fill_disk(bool full)
{
	char path[256];

	snprintf(path, sizeof(path), "%s" RUN_DIR "/." POLICY_GRANTS ".new",
		 world.root.path);
	if (full)
		assert_int_equal(mkdir(path, 0700), 0);
	else
		assert_int_equal(rmdir(path), 0);
}

void lease_client_busy(const char *device, pid_t pid)
{
	const struct act_result result = {
		.outcome = ACT_REFUSED,
		.failure = { .cause = ACT_CAUSE_OTHER,
			     .error = EBUSY,
			     .blocker = { .kind = "mapped", .pid = pid } },
	};

	fake_end(&world.fake, device, &result);
	fake_advance(&world.fake, 0);
}

void lease_client_stuck_block(const char *device, uint64_t block)
{
	const struct act_result result = {
		.outcome = ACT_UNDONE,
		.failure = { .cause = ACT_CAUSE_OFFLINE,
			     .error = EBUSY,
			     .has_block = true,
			     .block = block,
			     .blocker = { .kind = "pinned", .pid = 55 } },
	};

	fake_end(&world.fake, device, &result);
	fake_advance(&world.fake, 0);
}

void lease_client_restart(void)
{
	world_kill(&world);
	world_start(&world);
	fake_advance(&world.fake, 0);
}
