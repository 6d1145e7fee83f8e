// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/pool.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/array.h"
#include "basic/cleanup.h"
#include "basic/parse.h"
#include "basic/text.h"
#include "policy/complaint.h"
#include "policy/permission.h"

#define GRANULE_DEFAULT (UINT64_C(1) << 30)
/* The page size that each lease can have. */
#define GRANULE_UNIT (UINT64_C(2) << 20)

const char *const policy_pool_idle_words[] = {
	[POLICY_IDLE_SYSTEM_RAM] = "system-ram",
	[POLICY_IDLE_FREE] = "free",
	[POLICY_IDLE_COUNT] = NULL,
};

const char *const policy_pool_scrub_words[] = {
	[POLICY_SCRUB_RELEASE] = "release",
	[POLICY_SCRUB_ACQUIRE] = "acquire",
	[POLICY_SCRUB_NO] = "no",
	[POLICY_SCRUB_COUNT] = NULL,
};

static void forget_ids(struct policy_ids *ids)
{
	free(ids->items);
	*ids = (struct policy_ids){ 0 };
}

void policy_pool_done(struct policy_pool *pool)
{
	free(pool->users);
	free(pool->groups);
	forget_ids(&pool->uids);
	forget_ids(&pool->gids);
}

uint64_t policy_pool_granule(const struct policy_pool *pool,
			     uint64_t block_size)
{
	const uint64_t size = pool->granule ? pool->granule : GRANULE_DEFAULT;

	if (block_size == 0 || size % block_size == 0)
		return size;
	return size - size % block_size + block_size;
}

int policy_pool_parse_size(const struct policy_setting *setting,
			   const char *value, void *target, char **ret_message)
{
	uint64_t *size = (void *)((char *)target + setting->offset);
	uint64_t number = 0;

	if (*value && parse_size(value, &number) < 0)
		return complaint_set(ret_message, setting, value,
				     "not a size such as 16G; the suffixes "
				     "are " PARSE_SIZE_SUFFIXES);
	*size = number;
	return 0;
}

/* So large that no address space has two of them would overflow sums. */
#define GRANULE_MAX (UINT64_C(1) << 60)

int policy_pool_parse_granule(const struct policy_setting *setting,
			      const char *value, void *target,
			      char **ret_message)
{
	struct policy_pool *pool = target;
	uint64_t number = 0;

	if (*value && (parse_size(value, &number) < 0 || number == 0 ||
		       number % GRANULE_UNIT || number > GRANULE_MAX))
		return complaint_set(ret_message, setting, value,
				     "not a multiple of 2M such as 1G");
	pool->granule = number;
	return 0;
}

/* Each word of @value is an account. */
static bool are_accounts(const char *value)
{
	_cleanup_free_ char *copy = strdup(value);
	char *rest = NULL;

	for (char *word = copy ? strtok_r(copy, " \t", &rest) : NULL; word;
	     word = strtok_r(NULL, " \t", &rest))
		if (!permission_is_account(word))
			return false;
	return copy;
}

int policy_pool_parse_accounts(const struct policy_setting *setting,
			       const char *value, void *target,
			       char **ret_message)
{
	char **list = (void *)((char *)target + setting->offset);
	char *longer;

	if (!*value) {
		free(TAKE_PTR(*list));
		return 0;
	}
	if (!are_accounts(value))
		return complaint_set(ret_message, setting, value,
				     "not a list of names such as postgres "
				     "and numbers such as 1000");
	longer = text_format("%s%s%s", *list ?: "", *list ? " " : "", value);
	if (!longer)
		return -ENOMEM;
	free(*list);
	*list = longer;
	return 0;
}

/* The number of @name in passwd(5) or group(5): "NAME:x:NUMBER:". -ENOENT: it
 * has none. */
static int find_account(const char *text, const char *name, uint64_t *ret)
{
	const size_t length = strlen(name);
	char number[24];

	for (const char *line = text; line && *line;
	     line = strchr(line, '\n'), line = line ? line + 1 : NULL) {
		const char *end = line + strcspn(line, "\n");
		const char *at = line + length;
		size_t n;

		if (strncmp(line, name, length) != 0 || *at != ':')
			continue;
		at = memchr(at + 1, ':', (size_t)(end - at - 1));
		if (!at)
			continue;
		n = strcspn(++at, ":\n");
		if (n >= sizeof(number))
			continue;
		memcpy(number, at, n);
		number[n] = '\0';
		if (parse_u64(number, ret) == 0 && *ret < UINT32_MAX)
			return 0;
	}
	return -ENOENT;
}

static int add_id(struct policy_ids *ids, const char *word, const char *text)
{
	uint64_t number;

	if (isdigit((unsigned char)*word)
		    ? parse_u64(word, &number) < 0
		    : find_account(text, word, &number) < 0)
		return 0;
	if (ARRAY_GROW(ids->items, ids->n) < 0)
		return -ENOMEM;
	ids->items[ids->n++] = (uint32_t)number;
	return 0;
}

static int resolve(const char *list, const char *text, struct policy_ids *ret)
{
	_cleanup_free_ char *copy = strdup(list ?: "");
	struct policy_ids ids = { 0 };
	char *rest = NULL;
	int r = copy ? 0 : -ENOMEM;

	for (char *word = copy ? strtok_r(copy, " \t", &rest) : NULL;
	     word && r == 0; word = strtok_r(NULL, " \t", &rest))
		r = add_id(&ids, word, text);
	if (r < 0) {
		forget_ids(&ids);
		return r;
	}
	forget_ids(ret);
	*ret = ids;
	return 0;
}

int policy_pool_resolve(struct policy_pool *pool, const char *passwd,
			const char *group)
{
	int r = resolve(pool->users, passwd, &pool->uids);

	return r < 0 ? r : resolve(pool->groups, group, &pool->gids);
}

static bool has_id(const struct policy_ids *ids, uint32_t id)
{
	for (size_t i = 0; i < ids->n; i++)
		if (ids->items[i] == id)
			return true;
	return false;
}

bool policy_pool_allows(const struct policy_pool *pool, uid_t uid,
			const gid_t *groups, size_t n_groups)
{
	if (uid == 0 || (!pool->users && !pool->groups) ||
	    has_id(&pool->uids, uid))
		return true;
	for (size_t i = 0; i < n_groups; i++)
		if (has_id(&pool->gids, groups[i]))
			return true;
	return false;
}
