// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/passed-over.h"

#include "basic/names.h"
#include "basic/text.h"

static const char *names(const struct facts_kernel *kernel)
{
	if (!kernel->kmem_passed_over)
		return DRIVER_DEVICE_DAX " is";
	return kernel->device_dax_passed_over ? DRIVER_DEVICE_DAX
		       " and " DRIVER_KMEM " are"
					      : DRIVER_KMEM " is";
}

char *passed_over_describe(const struct facts_kernel *kernel)
{
	if (!kernel->device_dax_passed_over && !kernel->kmem_passed_over)
		return NULL;
	return text_format(
		"The kernel's own %s in use, not daxbroker's: %s",
		names(kernel),
		kernel->signed_modules
			? "this kernel takes modules only with a signature "
			  "that "
			  "it trusts. Enroll the key that signs them (with "
			  "DKMS: mokutil --import /var/lib/dkms/mok.pub), then "
			  "reboot"
			: "they were installed after these were loaded, or the "
			  "kernel rejected them. Its log has the reason; "
			  "otherwise reboot");
}
