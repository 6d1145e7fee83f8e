// SPDX-License-Identifier: GPL-2.0-or-later
#include "fake-machine.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "facts/root.h"

void fake_set_block(unsigned int id, char letter)
{
	tree_add_block(&fake.tree, id, 1,
		       letter == 'o' ? "offline\n" : "online\n",
		       letter == 'm' ? "Movable\n" : "Normal\n");
}

char fake_block_letter(unsigned int id)
{
	_cleanup_free_ char *state = NULL, *zone = NULL;
	char path[PATH_MAX];

	snprintf(path, sizeof(path), FAKE_MEMORY "/memory%u/state", id);
	if (root_read_line(fake.tree.fd, path, &state) < 0)
		return 0;
	if (strcmp(state, "offline") == 0)
		return 'o';
	snprintf(path, sizeof(path), FAKE_MEMORY "/memory%u/valid_zones", id);
	if (root_read_line(fake.tree.fd, path, &zone) < 0)
		abort();
	return zone[0] == 'M' ? 'm' : 'k';
}

void fake_remove_block(unsigned int id)
{
	static const char *const names[] = { "/state", "/valid_zones",
					     "/node1" };
	char path[PATH_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), FAKE_MEMORY "/memory%u%s", id,
			 names[i]);
		if (unlinkat(fake.tree.fd, path, 0) < 0)
			abort();
	}
	snprintf(path, sizeof(path), FAKE_MEMORY "/memory%u", id);
	if (unlinkat(fake.tree.fd, path, AT_REMOVEDIR) < 0)
		abort();
	snprintf(path, sizeof(path), "sys/devices/system/node/node1/memory%u",
		 id);
	unlinkat(fake.tree.fd, path, 0);
}

char fake_online_letter(const char *word)
{
	if (strcmp(word, "online_movable") == 0)
		return 'm';
	return strcmp(word, "offline") == 0 ? 'o' : 'k';
}
