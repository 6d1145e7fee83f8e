/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MEDIA_MODEL_MEDIA_INTERFACE_H
#define MEDIA_MODEL_MEDIA_INTERFACE_H

#include "facts/model/model.h"
#include "media/model/media.h"

/*
 * What stands on libndctl, libcxl and libblkid is a module of its own, which
 * daxbroker loads when it is asked for: the command runs where they are not
 * installed, as in an initrd. This is all that the module has to show.
 */
#define MEDIA_MODULE_FILE "daxbroker-media.so"
#define MEDIA_MODULE_SYMBOL "media_module"

struct media_module {
	/* Adds nvdimm namespaces and CXL memory of the running system, who uses
	 * each and, with @content, what is on their block devices. What cannot
	 * be read is missing, with the error in the list. Returns 0 and *ret,
	 * or -ENOMEM, -EXDEV: @root_fd is not the running system. */
	int (*read)(int root_fd, bool content, struct media_list **ret);
	/* What a devdax device holds: probe_device() of media/probe.h.
	 */
	int (*content)(int root_fd, const struct facts_snapshot *snapshot,
		       const struct facts_device *device, char **ret);
	/* Adds who mounts a dax device: block_use_find_device() of
	 * media/block-use.h.
	 */
	int (*users)(int root_fd, const char *device, struct media *media);
};

#endif
