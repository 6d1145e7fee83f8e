// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/decided-file.h"

#include <stdlib.h>
#include <string.h>

#include "basic/log.h"
#include "basic/names.h"
#include "basic/run-dir.h"
#include "survey/udev-property.h"

void decided_file_clear(struct decided_file *file)
{
	free(TAKE_PTR(file->text));
}

void decided_file_update(struct decided_file *file, int root_fd,
			 const struct survey *survey)
{
	_cleanup_free_ char *text = udev_property_publish(survey);
	int r;

	if (!text || (file->text && strcmp(file->text, text) == 0))
		return;
	r = run_dir_write(root_fd, RUN_DIR_DECIDED, text);
	if (r < 0) {
		log_warning("udev gets no names and permissions of "
			    "devices: " RUN_DIR "/" RUN_DIR_DECIDED ": %s",
			    strerror(-r));
		return;
	}
	decided_file_clear(file);
	file->text = TAKE_PTR(text);
}
