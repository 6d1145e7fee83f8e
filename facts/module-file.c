// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/module-file.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "basic/names.h"

/* Where DKMS and "make install" put modules, below lib/modules/RELEASE. */
static const char *const folders[] = { "updates/dkms", "updates", "extra" };
static const char *const suffixes[] = { "", ".xz", ".zst", ".gz" };

static bool is_installed(struct facts_reader *reader, const char *name)
{
	const char *release = reader->snapshot->kernel.release;
	char path[PATH_MAX];

	if (!release || strchr(release, '/'))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		for (size_t j = 0; j < ARRAY_SIZE(suffixes); j++) {
			snprintf(path, sizeof(path),
				 "lib/modules/%s/%s/%s.ko%s", release,
				 folders[i], name, suffixes[j]);
			if (reader_exists(reader, NULL, path))
				return true;
		}
	return false;
}

/* By module.sig_enforce, or locked down, as Debian's kernel is under Secure
 * Boot. */
static bool takes_signed_only(struct facts_reader *reader)
{
	_cleanup_free_ char *enforce = NULL, *lockdown = NULL;

	if (reader_line(reader, NULL,
			"sys/module/module/parameters/sig_enforce",
			&enforce) == 0 &&
	    strcmp(enforce, "Y") == 0)
		return true;
	return reader_line(reader, NULL, "sys/kernel/security/lockdown",
			   &lockdown) == 0 &&
	       strchr(lockdown, '[') && !strstr(lockdown, "[none]");
}

void module_files_read(struct facts_reader *reader)
{
	struct facts_kernel *kernel = &reader->snapshot->kernel;

	kernel->device_dax_passed_over =
		kernel->has_device_dax && !kernel->device_dax_attach &&
		is_installed(reader, DRIVER_DEVICE_DAX);
	kernel->kmem_passed_over = kernel->has_kmem && !kernel->kmem_attach &&
				   is_installed(reader, DRIVER_KMEM);
	kernel->signed_modules = takes_signed_only(reader);
}
