// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/model/content-why.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>

#include "basic/cleanup.h"
#include "basic/names.h"

static const struct {
	const char *name, *text;
} whys[FACTS_CONTENT_WHYS] = {
	[FACTS_CONTENT_NOT_READ] = { "not-read", "nobody has read it" },
	[FACTS_CONTENT_NOT_DEVDAX] = { "not-devdax",
				       "only while " DRIVER_DEVICE_DAX
				       " has it can it be read" },
	[FACTS_CONTENT_EXCLUSIVE] = { "exclusive",
				      "one process at a time can open it" },
	[FACTS_CONTENT_AT_WORK] = { "at-work", "a job is at work on it" },
	[FACTS_CONTENT_DENIED] = { "denied", "root can read it" },
	[FACTS_CONTENT_POISON] = { "poison",
				   "poison: memory of it has failed" },
	[FACTS_CONTENT_UNSUPPORTED] = { "unsupported",
					"on this architecture memory that has "
					"failed would not be survived" },
	[FACTS_CONTENT_SLOW] = { "slow", "reading it took too long" },
	[FACTS_CONTENT_GONE] = { "gone", "it is not in /dev" },
	[FACTS_CONTENT_FAILED] = { "failed", "it cannot be read" },
	[FACTS_CONTENT_KNOWN] = { "none", "it is known" },
};

const char *facts_content_why_name(enum facts_content_why why)
{
	assert(why < FACTS_CONTENT_WHYS);
	return whys[why].name;
}

const char *facts_content_why_text(enum facts_content_why why)
{
	assert(why < FACTS_CONTENT_WHYS);
	return whys[why].text;
}

enum facts_content_why facts_content_why_of(int error)
{
	static const struct {
		int error;
		enum facts_content_why why;
	} meanings[] = {
		{ -EBUSY, FACTS_CONTENT_EXCLUSIVE },
		{ -EWOULDBLOCK, FACTS_CONTENT_AT_WORK },
		{ -EACCES, FACTS_CONTENT_DENIED },
		{ -EPERM, FACTS_CONTENT_DENIED },
		{ -EFAULT, FACTS_CONTENT_POISON },
		{ -EHWPOISON, FACTS_CONTENT_POISON },
		{ -EOPNOTSUPP, FACTS_CONTENT_UNSUPPORTED },
		{ -ETIME, FACTS_CONTENT_SLOW },
		{ -ENOENT, FACTS_CONTENT_GONE },
		{ -ENXIO, FACTS_CONTENT_GONE },
		{ -ENODEV, FACTS_CONTENT_GONE },
	};

	for (size_t i = 0; i < ARRAY_SIZE(meanings); i++)
		if (meanings[i].error == error)
			return meanings[i].why;
	return FACTS_CONTENT_FAILED;
}
