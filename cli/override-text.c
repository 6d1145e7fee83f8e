// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/override-text.h"

#include <time.h>

#include "basic/clock.h"
#include "basic/text.h"
#include "cli/object.h"

static uint64_t real_time(uint64_t monotonic)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000 -
	       clock_usec() + monotonic;
}

char *override_text(const struct policy_override *override)
{
	char when[64] = "it is released";
	struct tm local;
	time_t seconds;

	if (override->until) {
		seconds = (time_t)(real_time(override->until) / 1000000);
		if (localtime_r(&seconds, &local))
			strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S",
				 &local);
	}
	return text_format("user %u until %s", override->uid,
			   override->until || override->scope !=
						      POLICY_OVERRIDE_BOOT
				   ? when
				   : "the next boot");
}

json_object *override_text_json(const struct policy_override *override)
{
	json_object *object;

	if (!override)
		return NULL;
	object = json_object_new_object();
	object_add_string(object, "mode", policy_mode_name(override->mode));
	object_add_number(object, "user", override->uid);
	object_add_bool(object, "until_reboot",
			override->scope == POLICY_OVERRIDE_BOOT);
	object_add_known(object, "until",
			 override->until ? real_time(override->until) : 0);
	return object;
}
