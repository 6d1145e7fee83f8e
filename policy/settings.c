// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/settings.h"

#include <string.h>

#include "basic/cleanup.h"
#include "policy/device-section.h"
#include "policy/fact.h"
#include "policy/host-fact.h"
#include "policy/kernel-version.h"
#include "policy/limit.h"
#include "policy/match-value.h"
#include "policy/subject.h"
#include "policy/syntax/nearest.h"
#include "policy/use.h"
#include "policy/values.h"

#define SETTING(section_, key_, values_, text_, parse_, type, field, ...) \
	{                                                                 \
		.section = section_, .key = key_, .values = values_,      \
		.text = text_, .parse = parse_,                           \
		.offset = offsetof(type, field), __VA_ARGS__              \
	}

#define MATCH(key_, values_, text_, parse_, field, fact_, unknown_, ...) \
	SETTING(POLICY_SECTION_MATCH, key_, values_, text_, parse_,      \
		struct policy_subject, field, .fact = &(fact_),          \
		.unknown = unknown_, __VA_ARGS__)

#define DEVICE(key_, values_, text_, parse_, field, ...)             \
	SETTING(POLICY_SECTION_DEVICE, key_, values_, text_, parse_, \
		struct policy_device_section, field, __VA_ARGS__)

/* Of what a device is to be: the member of struct policy_use and its kind. */
#define USE(section_, key_, values_, text_, field, parse_, ...)            \
	SETTING(section_, key_, values_, text_, parse_, struct policy_use, \
		field, .name = #field,                                     \
		.size = sizeof(((struct policy_use *)NULL)->field),        \
		__VA_ARGS__)

#define REGION(key_, values_, text_, field, ...) \
	USE(POLICY_SECTION_REGION, key_, values_, text_, field, __VA_ARGS__)

/* The same for a slice. */
#define SLICE(key_, values_, field, ...)          \
	USE(POLICY_SECTION_DEVICE, key_, values_, \
	    "As in [Region], which has the default.", field, __VA_ARGS__)

/* One that the slices of a region can differ in. */
#define REGION_SLICE(key_, values_, text_, field, ...)    \
	REGION(key_, values_, text_, field, __VA_ARGS__), \
		SLICE(key_, values_, field, __VA_ARGS__)

#define CHOICE(words_) \
	policy_use_parse_choice, .show = policy_use_show_choice, .words = words_
#define NAME policy_use_parse_name, .show = policy_use_show_name
#define TIMEOUT policy_use_parse_timeout, .show = policy_use_show_timeout

#define LIMIT(key_, values_, text_, parse_, field)                   \
	SETTING(POLICY_SECTION_LIMITS, key_, values_, text_, parse_, \
		struct policy_limits, field)

/* clang-format off */
const struct policy_setting policy_settings[] = {
	MATCH("Provider", "GLOB...",
	      "What the memory comes from: `pmem` (persistent memory, an "
	      "nvdimm namespace), `hmem` (soft-reserved memory, as "
	      "high-bandwidth memory is, usually) or `cxl` (a CXL region).",
	      match_value_parse_provider, provider, policy_fact_string,
	      POLICY_UNKNOWN_PROVIDER),
	MATCH("UUID", "GLOB...",
	      "The UUID of the nvdimm namespace, as ndctl(1) lists it, or of "
	      "the CXL region; or that which the kernel gives the device "
	      "itself (its attribute `uuid`, where there is one).\n"
	      "Case does not count.",
	      match_value_parse_uuid, uuid, policy_fact_uuid,
	      POLICY_UNKNOWN_UUID),
	MATCH("Serial", "NUMBER|GLOB...",
	      "The serial number of a CXL memory device that the memory is "
	      "on, as its attribute `serial` and `cxl list` tell it.\n"
	      "Memory that is interleaved over several of them fits when one "
	      "does.",
	      match_value_parse_serial, memdevs, policy_fact_serial,
	      POLICY_UNKNOWN_SERIAL),
	MATCH("Device", "GLOB...",
	      "The kernel's name, such as `dax0.0`.\n"
	      "The kernel gives these names in the order in which it finds "
	      "devices, which can change from boot to boot: of the keys that "
	      "tell one device from another, this is the worst.",
	      match_value_parse_device, device, policy_fact_string, 0),
	MATCH("Path", "GLOB...",
	      "The device's path in sysfs, without the mount point.\n"
	      "It starts with `/devices/`.",
	      match_value_parse_path, path, policy_fact_string, 0),
	MATCH("Size", "[>=|<=|>|<]SIZE...",
	      "The size of the device: a number of bytes with an optional "
	      "suffix `K`, `M`, `G`, `T`, `P` or `E` (powers of 1024).\n"
	      "In front of it may stand `>=`, `<=`, `>` or `<`, without white "
	      "space.\n"
	      "As the values of a list are alternatives, a size between two "
	      "others takes a `!`: `Size=>=4G` and, on a line of its own, "
	      "`Size=!>16G`.",
	      match_value_parse_size, size, policy_fact_size,
	      POLICY_UNKNOWN_SIZE),
	MATCH("Align", "[>=|<=|>|<]SIZE...",
	      "The page size of the device's mappings, say `4K`, `2M` or `1G`.",
	      match_value_parse_size, align, policy_fact_size,
	      POLICY_UNKNOWN_ALIGN),
	MATCH("TargetNode", "NODE[-NODE]...",
	      "The number of the NUMA node that the memory belongs to as "
	      "system RAM, or a range of such numbers.",
	      match_value_parse_node, target_node, policy_fact_node,
	      POLICY_UNKNOWN_TARGET_NODE),
	MATCH("PhysicalAddress", "START-END...",
	      "Physical addresses, both included, decimal or with `0x`.\n"
	      "One such range must hold all of the device.",
	      match_value_parse_addresses, ranges, policy_fact_ranges,
	      POLICY_UNKNOWN_RANGES),
	MATCH("ReadBandwidth", "[>=|<=|>|<]SIZE...",
	      "Bytes per second that the firmware tells (HMAT or CDAT), with "
	      "suffixes and comparisons as for `Size=`.\n"
	      "The kernel shows the figures of a CXL region from Linux 6.9 "
	      "on, and those of a node while the node is there: of other "
	      "memory that is not hot-plugged they cannot be read, so it is "
	      "kept as it is.",
	      match_value_parse_size, performance.read_bandwidth,
	      policy_fact_bandwidth, POLICY_UNKNOWN_PERFORMANCE),
	MATCH("WriteBandwidth", "[>=|<=|>|<]SIZE...",
	      "The same for writing.",
	      match_value_parse_size, performance.write_bandwidth,
	      policy_fact_bandwidth, POLICY_UNKNOWN_PERFORMANCE),
	MATCH("ReadLatency", "[>=|<=|>|<]TIME...",
	      "The latency that the firmware tells, in `ns` (which can be "
	      "left out), `us` or `ms`.\n"
	      "What is said of `ReadBandwidth=` is true of it, too.",
	      match_value_parse_latency, performance.read_latency,
	      policy_fact_latency, POLICY_UNKNOWN_PERFORMANCE),
	MATCH("WriteLatency", "[>=|<=|>|<]TIME...",
	      "The same for writing.",
	      match_value_parse_latency, performance.write_latency,
	      policy_fact_latency, POLICY_UNKNOWN_PERFORMANCE),
	MATCH("Host", "GLOB|MACHINE-ID...",
	      "The machine's host name, or its machine-id(5).\n"
	      "See `ConditionHost=` in systemd.unit(5).",
	      host_fact_parse_host, host.name, policy_fact_host,
	      POLICY_UNKNOWN_HOSTNAME),
	MATCH("Virtualization", "BOOLEAN|vm|container|NAME...",
	      "Whether the machine is a virtual one, of which kind, or of "
	      "which name in systemd-detect-virt(1).\n"
	      "See `ConditionVirtualization=` in systemd.unit(5), of which "
	      "`private-users` is not taken: there is no broker in a user "
	      "namespace.",
	      host_fact_parse_virtualization, host.virtualization,
	      policy_fact_virtualization, POLICY_UNKNOWN_VIRTUALIZATION),
	MATCH("KernelVersion", "EXPRESSION...",
	      "Expressions on the kernel's version (`uname -r`).\n"
	      "Each starts with `=` or `!=` for the same text, with `<`, "
	      "`<=`, `==`, `<>`, `>=` or `>` for an order of versions, or "
	      "with `$=` or `!$=` for a glob, which is also meant where there "
	      "is none of these.\n"
	      "The expressions in one line must all be true; several lines "
	      "are alternatives.\n"
	      "See `ConditionKernelVersion=` in systemd.unit(5).",
	      kernel_version_parse, host.kernel,
	      policy_fact_kernel_version, POLICY_UNKNOWN_KERNEL,
	      .whole = true),
	MATCH("KernelCommandLine", "OPTION[=VALUE]...",
	      "An option on the kernel's command line: a word, which is also "
	      "found where a value is assigned to it, or a word with exactly "
	      "this value.\n"
	      "See `ConditionKernelCommandLine=` in systemd.unit(5).",
	      host_fact_parse_command_line, host.command_line,
	      policy_fact_command_line, POLICY_UNKNOWN_COMMAND_LINE),
	MATCH("Architecture", "NAME...",
	      "The machine's architecture, such as `x86-64` or `arm64`, or "
	      "`native` for that which daxbroker was built for.\n"
	      "See `ConditionArchitecture=` in systemd.unit(5).",
	      host_fact_parse_architecture, host.architecture,
	      policy_fact_architecture, POLICY_UNKNOWN_ARCHITECTURE),

	DEVICE("Name", "NAME",
	       "What the slice is called here and in messages.\n"
	       "It must be there, and be another one for each slice; it is "
	       "made like a `NodeName=`.",
	       policy_use_parse_name, name),
	DEVICE("Size", "SIZE|PERCENT%|rest",
	       "How large it is: bytes with a suffix as for `Size=` in "
	       "[Match]; a share of the whole region, rounded down to what "
	       "can be made; or `rest`, which is whatever the others leave "
	       "and can be said once.\n"
	       "It must be there.",
	       device_section_parse_size, size),
	DEVICE("Align", "SIZE",
	       "The page size of its mappings, a power of two of at least "
	       "`4K`.\n"
	       "Its size and where it starts must be multiples of it.\n"
	       "The default is that of the region.",
	       device_section_parse_align, align),

	REGION("Mode", "keep|devdax|system-ram",
	       "What the device becomes.\n"
	       "`keep`: it is left as it is, whatever that may be.\n"
	       "`devdax`: it is a `/dev/daxX.Y` for applications that map "
	       "it.\n"
	       "`system-ram`: it is hot-plugged as memory of a NUMA node.\n"
	       "This key must be there, unless each [Device] section has one "
	       "of its own.",
	       mode, CHOICE(policy_mode_words)),
	SLICE("Mode", "devdax|system-ram", mode, CHOICE(policy_mode_words)),
	REGION_SLICE("Zone", "auto|movable|kernel",
	       "The zone that system RAM goes to.\n"
	       "`movable` holds only what can be moved away, so that it can "
	       "be unplugged again; `kernel` is for allocations of every kind "
	       "and can rarely be unplugged.\n"
	       "`auto`, the default, leaves it to the kernel "
	       "(memory_hotplug.online_policy).",
	       zone, CHOICE(policy_zone_words)),
	REGION_SLICE("MemmapOnMemory", "auto|yes|no",
	       "Whether the kernel keeps its map of the memory (1/64 of it) "
	       "in the memory itself: that spares the memory there was "
	       "before, but the map is then as slow as the memory, and 1 GiB "
	       "pages do not come to be.\n"
	       "`auto`, the default, leaves it to the kernel.\n"
	       "It takes Linux 6.8 or later, and for `yes` a kernel that was "
	       "booted with memory_hotplug.memmap_on_memory=1; else it has no "
	       "effect, which `daxbroker list` tells.",
	       memmap_on_memory, CHOICE(policy_memmap_words)),
	REGION("Present", "apply|keep",
	       "What becomes of a device that is system RAM already when the "
	       "daemon starts.\n"
	       "`apply`, the default, treats it as any other; `keep` leaves "
	       "it as it was found until the policies are reloaded or "
	       "applied.",
	       present, CHOICE(policy_present_words)),
	REGION("Persistent", "refuse|overwrite",
	       "Whether persistent memory may become system RAM, which "
	       "destroys what it holds.\n"
	       "The default is `refuse`.",
	       persistent, CHOICE(policy_persistent_words)),
	REGION("OnBusy", "refuse|wait",
	       "What to do when a device is in use that is to be switched.\n"
	       "`refuse`, the default, leaves it and tells who uses it; "
	       "`wait` waits for `BusyTimeout=` that it comes free.",
	       on_busy, CHOICE(policy_on_busy_words)),
	REGION("BusyTimeout", "TIME",
	       "How long `OnBusy=wait` waits: a number of seconds, or numbers "
	       "with the units `ms`, `s`, `min`, `h` and `d`, as in `1h "
	       "30min`; or `infinity`.\n"
	       "The default is `5min`.",
	       busy_timeout, TIMEOUT),
	REGION_SLICE("NodeName", "NAME",
	       "A name for the NUMA node, for `daxbroker node NAME`, which "
	       "prints its number: the kernel's numbers can change, this name "
	       "does not.\n"
	       "Up to 63 letters, digits, `_`, `.` and `-`, of which the "
	       "first is a letter.",
	       node_name, NAME, .mode = POLICY_MODE_SYSTEM_RAM),
	REGION_SLICE("DeviceName", "NAME",
	       "A name for the device: while it is devdax, the link "
	       "`/dev/daxbroker/NAME` leads to its `/dev/daxX.Y`, and its "
	       "unit is `dev-daxbroker-NAME.device`.\n"
	       "It has the form of a `NodeName=`; of two devices with the "
	       "same name neither gets the link.\n"
	       "udev makes the link at the device's next event; "
	       "`udevadm trigger --subsystem-match=dax` causes one.",
	       device_name, NAME, .mode = POLICY_MODE_DEVDAX),
	REGION_SLICE("Exclusive", "no|yes",
	       "Whether `/dev/daxX.Y` is for one opener at a time; every "
	       "other one gets EBUSY.\n"
	       "It takes daxbroker's own kernel module `device_dax`; with the "
	       "in-tree one it has no effect, which `daxbroker list` tells.",
	       exclusive, CHOICE(policy_exclusive_words)),
	REGION_SLICE("ForkInheritance", "yes|no",
	       "Whether a child process inherits the mappings of "
	       "`/dev/daxX.Y`.\n"
	       "It takes daxbroker's own kernel module `device_dax`, as "
	       "`Exclusive=` does.",
	       fork_inheritance, CHOICE(policy_fork_words)),

	LIMIT("MaxMovableRatio", "MOVABLE[:KERNEL]",
	      "The most movable memory that there may be for each unit of "
	      "other memory, as in `4` or `9:2`.\n"
	      "What the kernel allocates for itself cannot be in movable "
	      "memory: with too little of the other it fails although memory "
	      "is free.\n"
	      "The kernel's own policy `auto-movable` keeps to about 3 "
	      "(memory_hotplug.auto_movable_ratio, in percent).",
	      policy_limits_parse_ratio, movable),
	LIMIT("MinKernelFree", "SIZE",
	      "How much memory that is not movable must be left free by the "
	      "kernel's map of what is plugged, which takes 1/64 of its size.",
	      policy_limits_parse_size, kernel_free),
	LIMIT("NeverTouch", "GLOB|START-END...",
	      "Regions that are never switched, whatever a policy says: "
	      "globs, compared with the region's path in sysfs without the "
	      "mount point and with the UUIDs that `UUID=` of "
	      "daxbroker.region(5) knows, or physical addresses that the "
	      "device lies in, be it in part.\n"
	      "The key can be given again and adds to the list then; with an "
	      "empty value it forgets what stood before.",
	      policy_limits_parse_never_touch, never_touch),
	{ .key = NULL },
};
/* clang-format on */

_Static_assert(ARRAY_SIZE(policy_settings) <= POLICY_SETTINGS_MAX + 1,
	       "a file has no bit for each setting");

static enum policy_kind section_kind(const char *section)
{
	return strcmp(section, POLICY_SECTION_LIMITS) == 0 ? POLICY_KIND_CONF
							   : POLICY_KIND_REGION;
}

const struct policy_setting *policy_setting_find(const char *section,
						 const char *key)
{
	for (const struct policy_setting *s = policy_settings; s->key; s++)
		if (strcmp(s->section, section) == 0 &&
		    strcmp(s->key, key) == 0)
			return s;
	return NULL;
}

const struct policy_setting *policy_setting_nearest(const char *section,
						    const char *name)
{
	struct nearest nearest;

	nearest_init(&nearest, name);
	for (const struct policy_setting *s = policy_settings; s->key; s++)
		if (strcmp(s->section, section) == 0)
			nearest_try(&nearest, s->key);
	return nearest.best ? policy_setting_find(section, nearest.best) : NULL;
}

const char *policy_setting_find_section(enum policy_kind kind, const char *name)
{
	for (const struct policy_setting *s = policy_settings; s->key; s++)
		if (section_kind(s->section) == kind &&
		    strcmp(s->section, name) == 0)
			return s->section;
	return NULL;
}

const char *policy_setting_nearest_section(enum policy_kind kind,
					   const char *name)
{
	struct nearest nearest;

	nearest_init(&nearest, name);
	for (const struct policy_setting *s = policy_settings; s->key; s++)
		if (section_kind(s->section) == kind)
			nearest_try(&nearest, s->section);
	return nearest.best;
}

bool policy_setting_is_of_device(const struct policy_setting *setting)
{
	static const size_t offsets[] = {
		offsetof(struct policy_subject, device),
		offsetof(struct policy_subject, path),
		offsetof(struct policy_subject, size),
		offsetof(struct policy_subject, align),
		offsetof(struct policy_subject, ranges),
	};

	for (size_t i = 0; i < ARRAY_SIZE(offsets); i++)
		if (setting->offset == offsets[i])
			return true;
	return false;
}

const struct policy_setting *
policy_settings_next_use(const char *section, const struct policy_setting *last)
{
	const struct policy_setting *s = last ? last + 1 : policy_settings;

	while (s->key && (!s->size || strcmp(s->section, section) != 0))
		s++;
	return s->key ? s : NULL;
}

void policy_settings_copy_use(struct policy_use *use,
			      const struct policy_use *from, uint64_t which)
{
	for (const struct policy_setting *s = NULL;
	     (s = policy_settings_next_use(POLICY_SECTION_DEVICE, s));)
		if (which & UINT64_C(1) << policy_setting_index(s))
			memcpy((char *)use + s->offset,
			       (const char *)from + s->offset, s->size);
}

void policy_settings_trim_use(struct policy_use *use)
{
	for (const struct policy_setting *s = NULL;
	     (s = policy_settings_next_use(POLICY_SECTION_REGION, s));)
		if (s->mode != POLICY_MODE_KEEP && s->mode != use->mode)
			memset((char *)use + s->offset, 0, s->size);
}

bool policy_setting_is_default(const struct policy_setting *setting,
			       const struct policy_use *use)
{
	const char *member = (const char *)use + setting->offset;

	for (size_t i = 0; i < setting->size; i++)
		if (member[i])
			return false;
	return true;
}

bool policy_setting_is_name(const struct policy_setting *setting)
{
	return setting->size && setting->parse == policy_use_parse_name;
}

const char *policy_setting_show(const struct policy_setting *setting,
				const struct policy_use *use,
				char buf[POLICY_VALUE_MAX])
{
	return setting->show(setting, use, buf);
}
