// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/machine.h"

#include <inttypes.h>
#include <string.h>

#include "basic/names.h"
#include "basic/parse.h"
#include "facts/root.h"

#define DMI_DIR "sys/class/dmi/id"
#define CLOCK_DIR "sys/devices/system/clocksource/clocksource0"
#define MEMORY_DIR "sys/devices/system/memory"
#define PARAMETERS_DIR "sys/module/memory_hotplug/parameters"
#define KMEM_DIR "sys/module/" DRIVER_KMEM "/parameters"
#define DRIVERS_DIR "sys/bus/dax/drivers"
#define ZONEINFO "proc/zoneinfo"

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

/* The innermost counts, as with systemd. */
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

static void read_host(struct facts_reader *reader)
{
	struct facts_host *host = &reader->snapshot->host;

	reader_line(reader, NULL, "proc/sys/kernel/hostname", &host->name);
	reader_line(reader, NULL, "etc/machine-id", &host->machine_id);
	reader_line(reader, NULL, "proc/cmdline", &host->command_line);
	read_architecture(reader, &host->architecture);
	read_virtualization(reader, host);
}

/* block_size_bytes is hexadecimal without 0x
 * (Documentation/admin-guide/mm/memory-hotplug.rst). */
static void read_block_size(struct facts_reader *reader, uint64_t *ret)
{
	_cleanup_free_ char *line = NULL;
	char number[2 + 16 + 1];
	uint64_t size;

	if (reader_line(reader, MEMORY_DIR, "block_size_bytes", &line) < 0)
		return;
	if (strlen(line) > 16 ||
	    snprintf(number, sizeof(number), "0x%s", line) < 0 ||
	    parse_u64(number, &size) < 0 || size == 0 || (size & (size - 1))) {
		reader_problem(reader, MEMORY_DIR, "block_size_bytes",
			       "no power of two in hexadecimal");
		return;
	}
	*ret = size;
}

static void read_kernel(struct facts_reader *reader)
{
	struct facts_kernel *kernel = &reader->snapshot->kernel;

	reader_line(reader, NULL, "proc/sys/kernel/osrelease",
		    &kernel->release);
	read_block_size(reader, &kernel->block_size);
	reader_line(reader, MEMORY_DIR, "auto_online_blocks",
		    &kernel->auto_online_blocks);
	reader_line(reader, PARAMETERS_DIR, "online_policy",
		    &kernel->online_policy);
	reader_line(reader, PARAMETERS_DIR, "memmap_on_memory",
		    &kernel->memmap_on_memory);
	reader_line(reader, KMEM_DIR, "probe_state", &kernel->kmem_probe_state);
	kernel->has_dax_bus = reader_exists(reader, NULL, "sys/bus/dax");
	kernel->has_device_dax =
		reader_exists(reader, DRIVERS_DIR, DRIVER_DEVICE_DAX);
	kernel->has_kmem = reader_exists(reader, DRIVERS_DIR, DRIVER_KMEM);
}

/* A zone of zoneinfo, in pages. */
struct zone {
	char name[16];
	uint64_t free;
	uint64_t managed;
};

static void add_zone(struct facts_memory *memory, const struct zone *zone,
		     uint64_t page_size)
{
	if (strcmp(zone->name, "Device") == 0)
		return;
	if (strcmp(zone->name, "Movable") == 0) {
		memory->movable += zone->managed * page_size;
		return;
	}
	memory->kernel += zone->managed * page_size;
	memory->kernel_free += zone->free * page_size;
}

/* "Node 0, zone   Normal", then lines of which these two are read. */
static void read_line(const char *line, struct zone *zone)
{
	if (sscanf(line, " pages free %" SCNu64, &zone->free) != 1)
		sscanf(line, " managed %" SCNu64, &zone->managed);
}

/*
 * The file has lines for each processor, so it can be larger than what root.h
 * reads at once.
 */
static void read_memory(struct facts_reader *reader)
{
	struct facts_memory *memory = &reader->snapshot->memory;
	const uint64_t page_size = (uint64_t)sysconf(_SC_PAGESIZE);
	_cleanup_fclose_ FILE *file = NULL;
	struct zone zone = { .name = "" };
	char line[256];
	int r;

	r = root_open_stream(reader->root_fd, ZONEINFO, &file);
	reader_check(reader, r);
	if (r < 0)
		return;
	while (fgets(line, sizeof(line), file)) {
		struct zone next = { .name = "" };

		if (sscanf(line, "Node %*d, zone %15s", next.name) != 1) {
			read_line(line, &zone);
			continue;
		}
		add_zone(memory, &zone, page_size);
		zone = next;
	}
	add_zone(memory, &zone, page_size);
	memory->known = memory->kernel > 0;
	if (!memory->known)
		reader_problem(reader, NULL, ZONEINFO, "no zone with memory");
}

void machine_read(struct facts_reader *reader)
{
	read_kernel(reader);
	read_host(reader);
	read_memory(reader);
}
