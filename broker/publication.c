// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/publication.h"

#include <stdlib.h>
#include <string.h>

#include "basic/log.h"
#include "basic/names.h"
#include "basic/run-dir.h"
#include "survey/udev-property.h"

void publication_clear(struct publication *publication)
{
	free(TAKE_PTR(publication->text));
}

void publication_update(struct publication *publication, int root_fd,
			const struct survey *survey)
{
	_cleanup_free_ char *text = udev_property_publish(survey);
	int r;

	if (!text ||
	    (publication->text && strcmp(publication->text, text) == 0))
		return;
	r = run_dir_write(root_fd, RUN_DIR_DECIDED, text);
	if (r < 0) {
		log_warning("udev gets no names and permissions of "
			    "devices: " RUN_DIR "/" RUN_DIR_DECIDED ": %s",
			    strerror(-r));
		return;
	}
	publication_clear(publication);
	publication->text = TAKE_PTR(text);
}
