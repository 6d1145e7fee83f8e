// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/host.h"

#include <string.h>

#define DMI_DIR "sys/class/dmi/id"
#define CLOCK_DIR "sys/devices/system/clocksource/clocksource0"

/* uname(2)'s machines that systemd.unit(5) calls otherwise, and which a kernel
 * with hot-plugged memory may say. */
static const struct {
	const char *machine;
	const char *name;
} architectures[] = {
	{ "x86_64", "x86-64" },	   { "i686", "x86" },
	{ "i586", "x86" },	   { "i486", "x86" },
	{ "i386", "x86" },	   { "aarch64", "arm64" },
	{ "ppc64le", "ppc64-le" }, { "ppcle", "ppc-le" },
};

/* How firmwares of virtual machines begin to call themselves, and what
 * systemd-detect-virt(1) calls those. */
static const struct {
	const char *vendor;
	const char *name;
} vendors[] = {
	{ "KVM", "kvm" },
	{ "OpenStack", "kvm" },
	{ "KubeVirt", "kvm" },
	{ "Amazon EC2", "amazon" },
	{ "QEMU", "qemu" },
	{ "VMware", "vmware" },
	{ "VMW", "vmware" },
	{ "innotek GmbH", "oracle" },
	{ "VirtualBox", "oracle" },
	{ "Oracle Corporation", "oracle" },
	{ "Xen", "xen" },
	{ "Bochs", "bochs" },
	{ "Parallels", "parallels" },
	{ "BHYVE", "bhyve" },
	{ "Hyper-V", "microsoft" },
	{ "Apple Virtualization", "apple" },
	{ "Google Compute Engine", "google" },
};

static void read_architecture(struct facts_reader *reader, char **ret)
{
	_cleanup_free_ char *machine = NULL;

	if (reader_line(reader, NULL, "proc/sys/kernel/arch", &machine) < 0)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(architectures); i++) {
		if (strcmp(machine, architectures[i].machine) != 0)
			continue;
		free(machine);
		machine = strdup(architectures[i].name);
		reader_check(reader, machine ? 0 : -ENOMEM);
		break;
	}
	*ret = TAKE_PTR(machine);
}

static const char *vendor_name(const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(vendors); i++)
		if (strncmp(text, vendors[i].vendor,
			    strlen(vendors[i].vendor)) == 0)
			return vendors[i].name;
	return NULL;
}

static bool clock_is(struct facts_reader *reader, const char *name)
{
	_cleanup_free_ char *clocks = NULL;

	return reader_line(reader, CLOCK_DIR, "available_clocksource",
			   &clocks) == 0 &&
	       strstr(clocks, name);
}

/* What the firmware calls itself; "none" for that of a machine, NULL where
 * there is no firmware to ask. */
static const char *ask_firmware(struct facts_reader *reader)
{
	static const char *const attributes[] = {
		"product_name", "sys_vendor",	   "board_vendor",
		"bios_vendor",	"product_version",
	};
	const char *found = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(attributes); i++) {
		_cleanup_free_ char *line = NULL;
		const char *name;

		if (reader_line(reader, DMI_DIR, attributes[i], &line) < 0)
			continue;
		name = vendor_name(line);
		if (name)
			return name;
		found = "none";
	}
	return found;
}

/* QEMU's firmware is the same with and without KVM, whose guests alone have
 * its clock. */
static const char *detect_vm(struct facts_reader *reader)
{
	const char *name = ask_firmware(reader);

	if (clock_is(reader, "kvm-clock") &&
	    (!name || strcmp(name, "none") == 0 || strcmp(name, "qemu") == 0))
		return "kvm";
	if (name)
		return name;
	if (clock_is(reader, "hyperv_clocksource"))
		return "microsoft";
	if (reader_exists(reader, NULL, "proc/device-tree/hypervisor"))
		return "vm-other";
	return reader_exists(reader, CLOCK_DIR, "available_clocksource")
		       ? "none"
		       : NULL;
}

/* The innermost is told, as by systemd. */
static void read_virtualization(struct facts_reader *reader,
				struct facts_host *host)
{
	const char *name;

	if (reader_line(reader, NULL, "run/systemd/container",
			&host->virtualization) == 0) {
		host->container = true;
		return;
	}
	name = detect_vm(reader);
	if (!name)
		return;
	host->virtualization = strdup(name);
	reader_check(reader, host->virtualization ? 0 : -ENOMEM);
}

void host_read(struct facts_reader *reader)
{
	struct facts_host *host = &reader->snapshot->host;

	reader_line(reader, NULL, "proc/sys/kernel/hostname", &host->name);
	reader_line(reader, NULL, "etc/machine-id", &host->machine_id);
	reader_line(reader, NULL, "proc/cmdline", &host->command_line);
	read_architecture(reader, &host->architecture);
	read_virtualization(reader, host);
}

void host_release(struct facts_host *host)
{
	free(host->name);
	free(host->machine_id);
	free(host->virtualization);
	free(host->command_line);
	free(host->architecture);
}
