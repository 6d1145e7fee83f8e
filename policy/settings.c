// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/settings.h"

#include <assert.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/content-kind.h"
#include "basic/nearest.h"
#include "policy/device-section.h"
#include "policy/fact.h"
#include "policy/host-fact.h"
#include "policy/kernel-version.h"
#include "policy/limit.h"
#include "policy/match-value.h"
#include "policy/permission.h"
#include "policy/persistent.h"
#include "policy/pool.h"
#include "policy/subject.h"
#include "policy/use.h"
#include "policy/values.h"

/* "`blank`, `ext2`, ... `other`," */
#define KIND(id, name) " `" name "`,"
#define KINDS CONTENT_KINDS(KIND)

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
#define ACCOUNT permission_parse_account, .show = policy_use_show_name
#define PATTERN policy_use_parse_pattern, .show = policy_use_show_name
#define PERSISTENT policy_persistent_parse, .show = policy_persistent_show
#define TIMEOUT policy_use_parse_timeout, .show = policy_use_show_timeout

#define POOL(key_, values_, text_, parse_, field, ...)             \
	SETTING(POLICY_SECTION_POOL, key_, values_, text_, parse_, \
		struct policy_pool, field, __VA_ARGS__)

/* One of what is idle in a pool. */
#define IDLE(key_, values_, text_, field, ...) \
	USE(POLICY_SECTION_POOL, key_, values_, text_, field, __VA_ARGS__)

#define LIMIT(key_, values_, text_, parse_, field)                   \
	SETTING(POLICY_SECTION_LIMITS, key_, values_, text_, parse_, \
		struct policy_limits, field)

/* clang-format off */
const struct policy_setting policy_settings[] = {
	MATCH("Provider", "GLOB...",
	      "Where the memory comes from: `pmem` (persistent memory: an "
	      "nvdimm namespace), `hmem` (soft-reserved memory, such as "
	      "high-bandwidth memory) or `cxl` (a CXL region).",
	      match_value_parse_provider, provider, policy_fact_string,
	      POLICY_UNKNOWN_PROVIDER),
	MATCH("UUID", "GLOB...",
	      "The UUID of the nvdimm namespace, as ndctl(1) lists it, or of "
	      "the CXL region; or the device's own, if it has an attribute "
	      "`uuid`.\n"
	      "Upper and lower case are the same.",
	      match_value_parse_uuid, uuid, policy_fact_uuid,
	      POLICY_UNKNOWN_UUID),
	MATCH("Serial", "NUMBER|GLOB...",
	      "The serial number of a CXL memory device that holds the memory, "
	      "as its attribute `serial` and `cxl list` show it.\n"
	      "If the memory is interleaved over several of them, one that "
	      "fits is enough.",
	      match_value_parse_serial, memdevs, policy_fact_serial,
	      POLICY_UNKNOWN_SERIAL),
	MATCH("Device", "GLOB...",
	      "The kernel's name, such as `dax0.0`.\n"
	      "The kernel numbers devices in the order in which it finds them, "
	      "which can change from boot to boot.\n"
	      "To name one device, use `UUID=`, `Serial=` or "
	      "`PhysicalAddress=` instead.",
	      match_value_parse_device, device, policy_fact_string, 0),
	MATCH("Path", "GLOB...",
	      "The device's path in sysfs, without the mount point.\n"
	      "It starts with `/devices/`.",
	      match_value_parse_path, path, policy_fact_string, 0),
	MATCH("Size", "[>=|<=|>|<]SIZE...",
	      "The size of the device: a number of bytes, decimal or with "
	      "`0x`, with an optional suffix `B`, `K`, `M`, `G`, `T`, `P` or "
	      "`E` (powers of 1024, also as `KiB` and so on; upper and lower "
	      "case of one letter are the same).\n"
	      "`GB` is refused, for it is a power of 1000 elsewhere.\n"
	      "`>=`, `<=`, `>` or `<` can precede it, without white space.\n"
	      "The values of a list are alternatives, so two lines give a size "
	      "between two others: `Size=>=4G` and `Size=!>16G`.",
	      match_value_parse_size, size, policy_fact_size,
	      POLICY_UNKNOWN_SIZE),
	MATCH("Align", "[>=|<=|>|<]SIZE...",
	      "The page size of the device's mappings, such as `4K`, `2M` or "
	      "`1G`.",
	      match_value_parse_size, align, policy_fact_size,
	      POLICY_UNKNOWN_ALIGN),
	MATCH("Content", "KIND...",
	      "What the memory holds, by its first and last 256 KiB, mostly in "
	      "the words of lsblk(8):" KINDS " or a glob such as `pmdk-*`.\n"
	      "`blank`: these, and samples between them, are zero. "
	      "`ambiguous`: several of these. `other`: none of them.\n"
	      "It can be read while the memory is devdax without "
	      "`Exclusive=`; else it is unknown, and the device is kept as it "
	      "is. So say `Provider=`, too.",
	      match_value_parse_content, content, policy_fact_string,
	      POLICY_UNKNOWN_CONTENT),
	MATCH("TargetNode", "NODE[-NODE]...",
	      "The number of the NUMA node that the memory joins as system RAM, "
	      "or a range of such numbers.",
	      match_value_parse_node, target_node, policy_fact_node,
	      POLICY_UNKNOWN_TARGET_NODE),
	MATCH("PhysicalAddress", "START-END...",
	      "A range of physical addresses, both included, decimal or with "
	      "`0x`.\n"
	      "It fits if it contains the whole device.",
	      match_value_parse_addresses, ranges, policy_fact_ranges,
	      POLICY_UNKNOWN_RANGES),
	MATCH("ReadBandwidth", "[>=|<=|>|<]SIZE...",
	      "Bytes per second, as reported by the firmware (HMAT or CDAT), "
	      "with suffixes and comparisons as for `Size=`.\n"
	      "The kernel shows the figures of a CXL region since Linux 6.9, "
	      "and those of a node while the node exists.\n"
	      "The figures of other memory that is not hot-plugged cannot be "
	      "read, so such a device is kept as it is.\n"
	      "A device that such a policy takes from system RAM may lose its "
	      "node and with it the figures, and is kept from then on: "
	      "`daxbroker plan` and `check` say so. "
	      "A region is not laid out then.",
	      match_value_parse_size, performance.read_bandwidth,
	      policy_fact_bandwidth, POLICY_UNKNOWN_PERFORMANCE),
	MATCH("WriteBandwidth", "[>=|<=|>|<]SIZE...",
	      "The same for writing.",
	      match_value_parse_size, performance.write_bandwidth,
	      policy_fact_bandwidth, POLICY_UNKNOWN_PERFORMANCE),
	MATCH("ReadLatency", "[>=|<=|>|<]TIME...",
	      "The latency, as reported by the firmware, in `ns` (the default), "
	      "`us` or `ms`.\n"
	      "It can be read where `ReadBandwidth=` can.",
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
	      "Whether the machine is virtual, of which kind, or its "
	      "technology's name in systemd-detect-virt(1).\n"
	      "See `ConditionVirtualization=` in systemd.unit(5).\n"
	      "`private-users` is an error here, for the daemon cannot run in "
	      "a user namespace.",
	      host_fact_parse_virtualization, host.virtualization,
	      policy_fact_virtualization, POLICY_UNKNOWN_VIRTUALIZATION),
	MATCH("KernelVersion", "EXPRESSION...",
	      "Expressions on the kernel's version (`uname -r`).\n"
	      "`=` and `!=` compare the text; `<`, `<=`, `==`, `<>`, `>=` and "
	      "`>` compare versions; `$=` and `!$=` compare with a glob, as "
	      "does an expression without any of these.\n"
	      "All expressions of one line must hold; several lines are "
	      "alternatives.\n"
	      "See `ConditionKernelVersion=` in systemd.unit(5).",
	      kernel_version_parse, host.kernel,
	      policy_fact_kernel_version, POLICY_UNKNOWN_KERNEL,
	      .whole = true),
	MATCH("KernelCommandLine", "OPTION[=VALUE]...",
	      "An option on the kernel's command line: a word, with or without "
	      "a value there; or a word with exactly this value.\n"
	      "See `ConditionKernelCommandLine=` in systemd.unit(5).",
	      host_fact_parse_command_line, host.command_line,
	      policy_fact_command_line, POLICY_UNKNOWN_COMMAND_LINE),
	MATCH("Memory", "[>=|<=|>|<]SIZE...",
	      "The size of the machine's RAM, with suffixes and comparisons as "
	      "for `Size=`.\n"
	      "It is that of all memory blocks, so that a machine with 64 GiB "
	      "has `64G` and not what the kernel leaves of them.\n"
	      "Memory of device-DAX devices does not count, hot-plugged or "
	      "not, so a switch does not change what fits.",
	      match_value_parse_size, host.memory, policy_fact_size,
	      POLICY_UNKNOWN_MEMORY),
	MATCH("Nodes", "[>=|<=|>|<]NUMBER...",
	      "The number of NUMA nodes that have RAM, with comparisons as for "
	      "`Size=`.\n"
	      "A node that has nothing but memory of device-DAX devices does "
	      "not count.",
	      match_value_parse_count, host.nodes, policy_fact_count,
	      POLICY_UNKNOWN_NODES),
	MATCH("Architecture", "NAME...",
	      "The machine's architecture, such as `x86-64` or `arm64`; "
	      "`native` is the one that daxbroker was built for.\n"
	      "See `ConditionArchitecture=` in systemd.unit(5).",
	      host_fact_parse_architecture, host.architecture,
	      policy_fact_architecture, POLICY_UNKNOWN_ARCHITECTURE),

	DEVICE("Name", "NAME",
	       "The name of the slice, for this file and for messages.\n"
	       "It is required, is different for each slice and has the form "
	       "of a `NodeName=` without `%n`.",
	       policy_use_parse_name, name),
	DEVICE("Size", "SIZE|PERCENT%|rest",
	       "Its size: bytes with a suffix as for `Size=` in [Match]; a "
	       "share of the whole region, rounded down to what is possible; "
	       "or `rest`, all that the other slices leave, which one slice "
	       "can have.\n"
	       "It is required.",
	       device_section_parse_size, size),
	DEVICE("Align", "SIZE",
	       "The page size of its mappings, a power of two of at least "
	       "`4K`.\n"
	       "The slice's size and start must be multiples of it.\n"
	       "The default is that of the region.",
	       device_section_parse_align, align),

	REGION("Mode", "keep|devdax|system-ram|pool",
	       "What the device becomes.\n"
	       "`keep`: it stays as it is.\n"
	       "`devdax`: a `/dev/daxX.Y` for applications that map it.\n"
	       "`system-ram`: it is hot-plugged as memory of a NUMA node.\n"
	       "`pool`: its region is a pool, of which programs lease memory; "
	       "what that is while nobody does, [Pool] says.\n"
	       "A device of another driver, such as `fsdev_dax` (for file "
	       "systems, since Linux 7.2), stays as it is until somebody "
	       "unbinds it from that.\n"
	       "This key is required, unless each [Device] section has its "
	       "own.",
	       mode, CHOICE(policy_mode_words)),
	SLICE("Mode", "devdax|system-ram", mode,
	      CHOICE(policy_device_mode_words)),
	REGION_SLICE("Zone", "movable|kernel|auto",
	       "The zone of the system RAM.\n"
	       "`movable`, the default: only data that can be moved elsewhere "
	       "is put there, so the memory can be unplugged again.\n"
	       "`kernel`: for allocations of every kind; the memory can rarely "
	       "be unplugged again, and since Linux 6.14 never where its node "
	       "has no other memory (see `OneWay=`).\n"
	       "`auto`: the kernel decides, by memory_hotplug.online_policy: "
	       "with contig-zones, its default, that is nearly always a kernel "
	       "zone; with auto-movable the movable zone, as far as "
	       "memory_hotplug.auto_movable_ratio allows.\n"
	       "`daxbroker list`, `plan` and `explain` say which zone that is "
	       "on this machine, and `check` warns of a kernel zone.",
	       zone, CHOICE(policy_zone_words)),
	REGION_SLICE("OneWay", "allow|refuse",
	       "Whether memory may go where it never leaves again.\n"
	       "Since Linux 6.14 that is a kernel zone of a node that has no "
	       "other memory than that of the region: the node's own kernel "
	       "threads (kswapd, kcompactd) are in it then, until the next "
	       "boot.\n"
	       "`Zone=kernel` leads there, and so does `Zone=auto` where the "
	       "kernel decides so.\n"
	       "`allow`, the default: it may, and `daxbroker plan` and "
	       "`explain` say so.\n"
	       "`refuse`: the device stays as it is, with older kernels too.",
	       one_way, CHOICE(policy_one_way_words),
	       .mode = POLICY_MODE_SYSTEM_RAM),
	REGION_SLICE("MemmapOnMemory", "auto|yes|no",
	       "Whether the kernel keeps its map of the memory (1/64 of its "
	       "size) in the memory itself.\n"
	       "That saves other memory, but the map is then as slow as the "
	       "memory, and 1 GiB pages cannot be made of it.\n"
	       "`auto`, the default: the kernel decides.\n"
	       "It needs Linux 6.8 or later, and `yes` a kernel booted with "
	       "memory_hotplug.memmap_on_memory=1; without these it has no "
	       "effect, which `daxbroker list` reports.",
	       memmap_on_memory, CHOICE(policy_memmap_words)),
	REGION("Present", "apply|keep",
	       "What happens to a device that is already system RAM when the "
	       "daemon starts.\n"
	       "`apply`, the default: the same as to any other.\n"
	       "`keep`: it stays as it is until the policies are reloaded or "
	       "applied.",
	       present, CHOICE(policy_present_words)),
	REGION("Persistent", "refuse|overwrite[:KIND,...]",
	       "Whether persistent memory may become system RAM, which "
	       "destroys its content.\n"
	       "`refuse`, the default: only if it has none. All of it is read "
	       "before, and one byte that is not zero is enough to leave the "
	       "device as it is.\n"
	       "`overwrite:` and kinds of `Content=`: also if it holds one of "
	       "these, which is looked at again just before. "
	       "`overwrite:swap,ext4` gives up an old swap area or a file "
	       "system, and no database.\n"
	       "`overwrite`: whatever it holds.\n"
	       "Other memory is left as it is only if it holds a PMDK pool or "
	       "famfs, for other hosts may have that mapped where memory is "
	       "shared over CXL. `overwrite` and the kind give that up, too.",
	       persistent, PERSISTENT),
	REGION("OnBusy", "refuse|wait",
	       "What to do if a device that is to be switched is in use.\n"
	       "`refuse`, the default: it stays as it is, and its users are "
	       "reported.\n"
	       "`wait`: wait up to `BusyTimeout=` for the users to leave.",
	       on_busy, CHOICE(policy_on_busy_words)),
	REGION("BusyTimeout", "TIME",
	       "How long `OnBusy=wait` waits: a number of seconds, or numbers "
	       "with the units `ms`, `s`, `min`, `h` and `d`, as in `1h "
	       "30min`; or `infinity`.\n"
	       "The default is `5min`.",
	       busy_timeout, TIMEOUT),
	REGION_SLICE("NodeName", "NAME",
	       "A name for the NUMA node that does not change when the "
	       "kernel's numbers do; `daxbroker node NAME` prints the number.\n"
	       "It has up to 63 letters, digits, `_`, `.` and `-`, and starts "
	       "with a letter.\n"
	       "A name that devices of several nodes have stands for all of "
	       "these: `2,3`.\n"
	       "`%n` in it is the number of the node, so `hbm-%n` gives each "
	       "node a name of its own.",
	       node_name, PATTERN, .mode = POLICY_MODE_SYSTEM_RAM),
	REGION_SLICE("DeviceName", "NAME",
	       "A name for the device that does not change when the kernel's "
	       "numbers do.\n"
	       "While the device is devdax, `/dev/daxbroker/NAME` is a link to "
	       "its `/dev/daxX.Y`, and systemd has the unit "
	       "`dev-daxbroker-NAME.device`.\n"
	       "It has the form of a `NodeName=` without `%n`; if two devices have the same "
	       "name, neither gets the link.\n"
	       "When policies change, the daemon has udev renew the link.",
	       device_name, NAME, .mode = POLICY_MODE_DEVDAX),
	REGION_SLICE("Owner", "USER",
	       "The user that `/dev/daxX.Y` belongs to while the device is "
	       "devdax: a name or a number.\n"
	       "udev gives it to that user, as it does with `OWNER=` in "
	       "udev(7), and back to root when no policy says so any more.\n"
	       "The user may be made later: of one that is not there "
	       "`daxbroker check` only warns, and until the device's next "
	       "event the owner is root.",
	       owner, ACCOUNT, .mode = POLICY_MODE_DEVDAX),
	REGION_SLICE("Group", "GROUP",
	       "The same for its group.",
	       group, ACCOUNT, .mode = POLICY_MODE_DEVDAX),
	REGION_SLICE("Permissions", "MODE",
	       "Its mode: an octal number from `0001` to `0777`.\n"
	       "The default is `0660` with `Group=`, and `0600` with `Owner=` "
	       "alone.",
	       permissions, permission_parse_mode,
	       .show = permission_show_mode, .mode = POLICY_MODE_DEVDAX),
	REGION_SLICE("Exclusive", "no|yes|try",
	       "Whether only one process at a time can open `/dev/daxX.Y`; "
	       "others get EBUSY.\n"
	       "It needs daxbroker's kernel module `device_dax`: with the "
	       "in-tree module, `yes` is refused and the device stays as it "
	       "is, and `try` has no effect, which `daxbroker list` reports.",
	       exclusive, CHOICE(policy_exclusive_words)),
	REGION_SLICE("ForkInheritance", "yes|no|try-no",
	       "Whether a child process inherits the mappings of "
	       "`/dev/daxX.Y`.\n"
	       "It needs daxbroker's kernel module `device_dax`, as "
	       "`Exclusive=` does: with the in-tree module, `no` is refused, "
	       "and `try-no` has no effect.",
	       fork_inheritance, CHOICE(policy_fork_words)),

	POOL("Name", "NAME",
	     "The name of the pool, by which programs ask for memory of it.\n"
	     "It is required and has the form of a `NodeName=` without `%n`.\n"
	     "Regions whose policies give the same name are one pool; their "
	     "[Pool] sections say the same, but for `Zone=` and `NodeName=`, "
	     "or only the first one counts.",
	     policy_use_parse_name, name),
	POOL("Idle", "system-ram|free",
	     "What memory is that nobody leases.\n"
	     "`system-ram`, the default: memory of a NUMA node, for everyone. "
	     "A lease has to get it out of there first, which takes time and "
	     "can fail.\n"
	     "`free`: nothing. No device has it, so it is leased at once; the "
	     "one device of persistent memory is devdax and root's.",
	     policy_use_parse_choice, idle, .words = policy_pool_idle_words),
	IDLE("Zone", "movable|kernel|auto",
	     "As in [Region], which has the default, of what is system RAM.\n"
	     "Of `kernel` little will ever be leased.",
	     zone, CHOICE(policy_zone_words)),
	IDLE("NodeName", "NAME", "The same.", node_name, PATTERN,
	     .mode = POLICY_MODE_SYSTEM_RAM),
	POOL("Granule", "SIZE",
	     "Idle system RAM consists of devices of this size, which begin at "
	     "multiples of it: so much leaves the system at once.\n"
	     "It is a multiple of `2M` and rounded up to whole memory blocks. "
	     "The default is `1G`.",
	     policy_pool_parse_granule, granule),
	POOL("Reserve", "SIZE",
	     "So much is kept ready to be leased at once: as a device that is "
	     "nobody's and zero.\n"
	     "The default is nothing.",
	     policy_pool_parse_size, reserve),
	POOL("MinLease", "SIZE",
	     "No lease is smaller. The default is no limit.",
	     policy_pool_parse_size, min_lease),
	POOL("MaxLease", "SIZE",
	     "No lease is larger. The default is no limit.",
	     policy_pool_parse_size, max_lease),
	POOL("MaxPerUser", "SIZE",
	     "All leases of one user but root together are no larger. The "
	     "default is no limit.",
	     policy_pool_parse_size, max_per_user),
	POOL("AllowUsers", "USER...",
	     "Users who may lease memory: names or numbers.\n"
	     "With neither this nor `AllowGroups=` everybody may; root always "
	     "may.\n"
	     "Names are looked up in passwd(5) when policies are loaded; of "
	     "users of a directory give the number.\n"
	     "A further line adds to the list; an empty value clears it.",
	     policy_pool_parse_accounts, users),
	POOL("AllowGroups", "GROUP...",
	     "The same for groups, in group(5): each of a program's groups "
	     "counts.",
	     policy_pool_parse_accounts, groups),
	POOL("Scrub", "release|acquire|no",
	     "When the bytes that a program leaves behind are made zero.\n"
	     "`release`, the default: when its lease ends.\n"
	     "`acquire`: before the next lease begins, unless it is the same "
	     "user's and does not ask for zeros.\n"
	     "`no`: before a lease of another user begins.\n"
	     "A program never sees the bytes of another user.",
	     policy_use_parse_choice, scrub, .words = policy_pool_scrub_words),

	LIMIT("MaxMovableRatio", "MOVABLE[:KERNEL]",
	      "The largest allowed ratio of movable to other memory, such as "
	      "`4` or `9:2`.\n"
	      "The kernel cannot allocate memory for itself from movable "
	      "memory: with too little other memory it fails although memory "
	      "is free.\n"
	      "The kernel's policy `auto-movable` keeps to about 3 "
	      "(memory_hotplug.auto_movable_ratio, in percent).",
	      policy_limits_parse_ratio, movable),
	LIMIT("MinKernelFree", "SIZE",
	      "How much memory that is not movable must stay free.\n"
	      "The kernel's map of the hot-plugged memory is taken from it: "
	      "1/64 of that memory's size.",
	      policy_limits_parse_size, kernel_free),
	LIMIT("NeverTouch", "GLOB|START-END...",
	      "Regions that are never switched, whatever a policy says.\n"
	      "A glob is compared with the region's path in sysfs, without the "
	      "mount point, and with the UUIDs that `UUID=` in "
	      "daxbroker.region(5) is compared with.\n"
	      "A range of physical addresses excludes each device that lies in "
	      "it, even partly.\n"
	      "While such a device has no driver, a switch of another one that "
	      "the kernel's own driver could make only together with it is "
	      "refused, too.\n"
	      "A further line adds to the list; an empty value clears it.",
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
			      const struct policy_use *from,
			      const struct policy_mask *which)
{
	for (const struct policy_setting *s = NULL;
	     (s = policy_settings_next_use(POLICY_SECTION_DEVICE, s));)
		if (!which || policy_mask_has(which, policy_setting_index(s)))
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
	return setting->size && (setting->parse == policy_use_parse_name ||
				 setting->parse == policy_use_parse_pattern);
}

const char *policy_setting_show(const struct policy_setting *setting,
				const struct policy_use *use,
				char buf[POLICY_VALUE_MAX])
{
	assert(setting->show);
	return setting->show(setting, use, buf);
}
