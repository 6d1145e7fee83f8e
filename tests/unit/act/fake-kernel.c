// SPDX-License-Identifier: GPL-2.0-or-later
#include "fake-kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/act/module.h"
#include "daemon/act/write.h"
#include "daemon/facts/root.h"

#define MEMORY "sys/devices/system/memory"
#define DRIVERS "sys/bus/dax/drivers"
#define DEVICE "sys/devices/platform/hmem.0/dax0.0"

struct fake_kernel fake;

int __wrap_act_write(int root_fd, const char *text, const char *path_format,
		     ...) _printf_(3, 4);
int __wrap_module_load(const char *name);

static void set_block(unsigned int id, char letter)
{
	tree_add_block(&fake.tree, id, 1,
		       letter == 'o' ? "offline\n" : "online\n",
		       letter == 'm' ? "Movable\n" : "Normal\n");
}

static char block_letter(unsigned int id)
{
	_cleanup_free_ char *state = NULL, *zone = NULL;
	char path[PATH_MAX];

	snprintf(path, sizeof(path), MEMORY "/memory%u/state", id);
	if (root_read_line(fake.tree.fd, path, &state) < 0)
		return 0;
	if (strcmp(state, "offline") == 0)
		return 'o';
	snprintf(path, sizeof(path), MEMORY "/memory%u/valid_zones", id);
	if (root_read_line(fake.tree.fd, path, &zone) < 0)
		abort();
	return zone[0] == 'M' ? 'm' : 'k';
}

static void remove_block(unsigned int id)
{
	static const char *const names[] = { "/state", "/valid_zones",
					     "/node1" };
	char path[PATH_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), MEMORY "/memory%u%s", id,
			 names[i]);
		if (unlinkat(fake.tree.fd, path, 0) < 0)
			abort();
	}
	snprintf(path, sizeof(path), MEMORY "/memory%u", id);
	if (unlinkat(fake.tree.fd, path, AT_REMOVEDIR) < 0)
		abort();
	snprintf(path, sizeof(path), "sys/devices/system/node/node1/memory%u",
		 id);
	unlinkat(fake.tree.fd, path, 0);
}

static bool is_bound(const char *driver)
{
	_cleanup_free_ char *name = NULL;

	if (root_read_link_name(fake.tree.fd, DEVICE "/driver", &name) < 0)
		return false;
	return !driver || strcmp(name, driver) == 0;
}

static void set_driver(const char *driver)
{
	char target[128];

	snprintf(target, sizeof(target), "../../../../bus/dax/drivers/%s",
		 driver);
	tree_link(&fake.tree, DEVICE "/driver", target);
}

static char online_letter(const char *word)
{
	if (strcmp(word, "online_movable") == 0)
		return 'm';
	return strcmp(word, "offline") == 0 ? 'o' : 'k';
}

/* kmem's probe */
static int plug(void)
{
	_cleanup_free_ char *word = NULL;

	if (block_letter(FAKE_FIRST_BLOCK))
		return -EBUSY; /* an unbind left it behind */
	if (root_read_line(fake.tree.fd, MEMORY "/auto_online_blocks", &word) <
	    0)
		abort();
	for (unsigned int i = 0; i < FAKE_BLOCKS; i++)
		set_block(FAKE_FIRST_BLOCK + i, online_letter(word));
	return 0;
}

static int do_bind(const char *driver)
{
	if (is_bound(NULL))
		return -EBUSY;
	if (strcmp(driver, "kmem") == 0) {
		int r = plug();

		if (r < 0)
			return r;
	}
	set_driver(driver);
	return 0;
}

/* kmem's remove gives up a range with memory that is online. */
static int do_unbind(const char *driver)
{
	bool stranded = false;

	if (!is_bound(driver))
		return -ENODEV;
	unlinkat(fake.tree.fd, DEVICE "/driver", 0);
	if (strcmp(driver, "kmem") != 0)
		return 0;
	for (unsigned int i = 0; i < FAKE_BLOCKS; i++)
		stranded |= block_letter(FAKE_FIRST_BLOCK + i) != 'o';
	for (unsigned int i = 0; !stranded && i < FAKE_BLOCKS; i++)
		remove_block(FAKE_FIRST_BLOCK + i);
	return 0;
}

static int do_block(unsigned int id, const char *word)
{
	bool offline = strcmp(word, "offline") == 0;

	if (!block_letter(id))
		return -ENOENT;
	if (offline == (block_letter(id) == 'o'))
		return -EINVAL;
	set_block(id, online_letter(word));
	return 0;
}

static int obey(const char *path, const char *text)
{
	char driver[32], verb[16];
	unsigned int id;

	if (sscanf(path, MEMORY "/memory%u/state", &id) == 1)
		return do_block(id, text);
	if (sscanf(path, DRIVERS "/%31[^/]/%15s", driver, verb) == 2) {
		if (strcmp(verb, "bind") == 0)
			return do_bind(driver);
		return strcmp(verb, "unbind") == 0 ? do_unbind(driver) : 0;
	}
	if (!root_exists(fake.tree.fd, path))
		return -ENOENT;
	tree_write(&fake.tree, path, text);
	return 0;
}

int __wrap_act_write(int root_fd _unused_, const char *text,
		     const char *path_format, ...)
{
	bool strike = ++fake.writes == fake.strike_at;
	char path[PATH_MAX];
	va_list ap;
	int r;

	va_start(ap, path_format);
	vsnprintf(path, sizeof(path), path_format, ap);
	va_end(ap);
	if (strike && fake.error)
		return -fake.error;
	if (strike && !fake.after)
		raise(SIGKILL);
	r = obey(path, text);
	if (strike)
		raise(SIGKILL);
	return r;
}

int __wrap_module_load(const char *name _unused_)
{
	return 0;
}

void fake_open(const char *driver, const char *blocks)
{
	fake = (struct fake_kernel){ 0 };
	tree_open(&fake.tree);
	tree_add_system(&fake.tree);
	tree_add_hmem(&fake.tree, 0, 0, 4ULL << 30, FAKE_BLOCKS * 128);
	tree_mkdir(&fake.tree, DRIVERS "/device_dax");
	tree_mkdir(&fake.tree, DRIVERS "/kmem");
	tree_mkdir(&fake.tree, "proc/1/fd");
	tree_mkdir(&fake.tree, "run");
	tree_write(&fake.tree, MEMORY "/auto_online_blocks", "offline");
	if (driver)
		set_driver(driver);
	for (unsigned int i = 0; blocks[i]; i++)
		set_block(FAKE_FIRST_BLOCK + i, blocks[i]);
}

void fake_close(void)
{
	tree_close(&fake.tree);
}

const char *fake_state(void)
{
	static char text[128];
	_cleanup_free_ char *driver = NULL, *word = NULL;
	char blocks[FAKE_BLOCKS + 1] = "";

	if (root_read_link_name(fake.tree.fd, DEVICE "/driver", &driver) < 0)
		driver = NULL;
	for (unsigned int i = 0; i < FAKE_BLOCKS; i++)
		blocks[i] = block_letter(FAKE_FIRST_BLOCK + i);
	if (root_read_line(fake.tree.fd, MEMORY "/auto_online_blocks", &word) <
	    0)
		abort();
	snprintf(text, sizeof(text), "%s %s%s", driver ? driver : "none",
		 blocks, strcmp(word, "offline") == 0 ? "" : word);
	return text;
}
