// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <limits.h>
#include <numa.h>
#include <numaif.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "basic/array.h"
#include "basic/cleanup.h"
#include "basic/log.h"
#include "basic/parse.h"
#include "cli/node-set.h"
#include "cli/view.h"
#include "cli/waiting.h"

/* linux/mempolicy.h, since Linux 6.9; numaif.h of libnuma 2.0.16 ends before
 * it. */
#ifndef MPOL_WEIGHTED_INTERLEAVE
#define MPOL_WEIGHTED_INTERLEAVE 6
#endif

static void free_bitmask(struct bitmask **mask)
{
	if (*mask)
		numa_bitmask_free(*mask);
}

#define _cleanup_bitmask_ _cleanup_(free_bitmask)

/* What the memory policy is, by the options; -1 after saying that they
 * contradict each other. */
static int find_mode(const struct arguments *arguments)
{
	const struct {
		bool wanted;
		int mode;
	} modes[] = {
		{ arguments->membind, MPOL_BIND },
		{ arguments->preferred, MPOL_PREFERRED_MANY },
		{ arguments->interleave, MPOL_INTERLEAVE },
		{ arguments->weighted, MPOL_WEIGHTED_INTERLEAVE },
	};
	int mode = -1;

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		if (!modes[i].wanted)
			continue;
		if (mode >= 0) {
			log_error("one of --membind, --preferred, --interleave "
				  "and --weighted, not two");
			return -1;
		}
		mode = modes[i].mode;
	}
	return mode >= 0 ? mode : MPOL_PREFERRED_MANY;
}

/* "2" or "node2". */
static bool read_number(const char *word, int *ret)
{
	uint64_t node;

	if (!parse_numbered(word, "node", &node) && parse_u64(word, &node) < 0)
		return false;
	/* What no kernel has is a node without memory. */
	*ret = node < INT_MAX ? (int)node : INT_MAX;
	return true;
}

static enum exit_code add_word(struct node_set *set,
			       const struct arguments *arguments, int root_fd,
			       const char *word)
{
	int node;

	if (!read_number(word, &node))
		return node_set_add_name(set, arguments, root_fd, word);
	if (numa_node_size64(node, NULL) <= 0) {
		log_error("there is no memory on node %s now",
			  word + strcspn(word, "0123456789"));
		return EXIT_PENDING;
	}
	return node_set_add(set, node) < 0 ? EXIT_ERROR : EXIT_OK;
}

/* The nodes of "NAME,2,...". */
static enum exit_code add_words(struct node_set *set,
				const struct arguments *arguments, int root_fd,
				const char *text)
{
	_cleanup_free_ char *words = strdup(text);
	enum exit_code status = EXIT_OK;
	char *rest = words, *word;

	if (!words)
		return EXIT_ERROR;
	while (status == EXIT_OK && (word = strsep(&rest, ",")))
		status = add_word(set, arguments, root_fd, word);
	return status;
}

static bool is_there(const struct arguments *arguments, int root_fd,
		     const char *word)
{
	int node;

	return read_number(word, &node)
		       ? numa_node_size64(node, NULL) > 0
		       : node_set_name_is_there(arguments, root_fd, word);
}

/* With --wait. The daemon is asked about those alone that are not there. */
static enum exit_code wait_for_words(const struct arguments *arguments,
				     int root_fd, const char *text)
{
	_cleanup_free_ char *words = strdup(text);
	enum exit_code status = EXIT_OK;
	char *rest = words, *word;
	uint64_t end;

	if (!words)
		return EXIT_ERROR;
	if (!waiting_read_end("wait", arguments->wait, &end))
		return EXIT_USAGE;
	while (status == EXIT_OK && (word = strsep(&rest, ",")))
		if (!is_there(arguments, root_fd, word))
			status = waiting_for(arguments, word, end);
	return status;
}

/* The cgroup's cpuset says which nodes a process may use at all. */
static enum exit_code check_allowed(const struct node_set *set)
{
	_cleanup_bitmask_ struct bitmask *allowed = numa_get_mems_allowed();

	if (!allowed)
		return EXIT_ERROR;
	for (size_t i = 0; i < set->n; i++) {
		if (numa_bitmask_isbitset(allowed, (unsigned)set->nodes[i]))
			continue;
		log_error("node %d has memory, but processes of this cgroup "
			  "may not use it: cpuset.mems, or "
			  "AllowedMemoryNodes= of its unit, leaves it out",
			  set->nodes[i]);
		return EXIT_DENIED;
	}
	return EXIT_OK;
}

static enum exit_code set_policy(int mode, const struct node_set *set)
{
	_cleanup_bitmask_ struct bitmask *mask = numa_allocate_nodemask();

	if (!mask)
		return EXIT_ERROR;
	for (size_t i = 0; i < set->n; i++)
		numa_bitmask_setbit(mask, (unsigned)set->nodes[i]);
	if (set_mempolicy(mode, mask->maskp, mask->size + 1) == 0)
		return EXIT_OK;
	if (mode == MPOL_WEIGHTED_INTERLEAVE && errno == EINVAL)
		log_error("this kernel cannot interleave by weight (Linux 6.9 "
			  "can); --interleave deals out pages evenly");
	else
		log_error("the memory policy cannot be set: %m");
	return EXIT_ERROR;
}

static enum exit_code find_nodes(const struct arguments *arguments,
				 struct node_set *set)
{
	_cleanup_close_ int root_fd = view_open_root(arguments);
	enum exit_code status;

	if (root_fd < 0)
		return EXIT_ERROR;
	if (arguments->wait) {
		status = wait_for_words(arguments, root_fd, arguments->node);
		if (status != EXIT_OK)
			return status;
	}
	status = add_words(set, arguments, root_fd, arguments->node);
	return status == EXIT_OK ? check_allowed(set) : status;
}

enum exit_code verb_run(const struct arguments *arguments)
{
	_cleanup_node_set_ struct node_set set = { NULL };
	const int mode = find_mode(arguments);
	char **command = arguments->words;
	enum exit_code status;

	if (mode < 0)
		return EXIT_USAGE;
	if (!arguments->node) {
		log_error("on which node? --node is needed");
		return EXIT_USAGE;
	}
	if (numa_available() < 0) {
		log_error("this kernel has no NUMA");
		return EXIT_ERROR;
	}
	status = find_nodes(arguments, &set);
	if (status == EXIT_OK)
		status = set_policy(mode, &set);
	if (status != EXIT_OK)
		return status;
	execvp(command[0], command);
	log_error("%s cannot be executed: %m", command[0]);
	return EXIT_ERROR;
}
