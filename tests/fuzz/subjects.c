// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/fuzz/subjects.h"

#include <limits.h>
#include <string.h>

#include "basic/text.h"
#include "tests/fuzz/fuzz.h"

#define HOST                                                      \
	.host = {                                                 \
		.name = "server1",                                \
		.machine_id = "0123456789abcdef0123456789abcdef", \
		.virtualization = "kvm",                          \
		.kernel = "6.12.95-amd64",                        \
		.command_line = "ro quiet \"a b\" console=ttyS0", \
		.architecture = "x86-64",                         \
		.memory = UINT64_C(64) << 30,                     \
		.nodes = 2,                                       \
	}

static const char *const memdevs[] = { "mem0:0x5ca1ab1e", "mem1:0x1" };

static const struct phys_range ranges[] = {
	{ 0x1000000000, 0x13ffffffff },
	{ 0x1800000000, 0x18ffffffff },
};

const struct policy_subject fuzz_subjects[FUZZ_SUBJECTS] = {
	{
		.device = "dax0.0",
		.path = "/devices/platform/hmem.0/dax0.0",
		.provider = "hmem",
		.size = UINT64_C(16) << 30,
		.target_node = 1,
		.align = UINT64_C(2) << 20,
		.ranges = ranges,
		.n_ranges = 1,
		.performance = { UINT64_C(20) << 30, 1, 300, 1 },
		.memdevs = memdevs,
		.n_memdevs = 2,
		HOST,
		.extent = {
			.dynamic = true,
			.size = UINT64_C(16) << 30,
			.align = UINT64_C(2) << 20,
			.start_known = true,
			.start = 0x1000000000,
			.block_size = UINT64_C(128) << 20,
		},
	},
	{
		.device = "dax1.0",
		.path = "/devices/LNXSYSTM:00/ndbus0/region0/dax1.0",
		.provider = "pmem",
		.content = "ext4",
		.uuid = "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
		.size = UINT64_MAX,
		.target_node = 0,
		.ranges = ranges,
		.n_ranges = 2,
		HOST,
		.extent = {
			.dynamic = true,
			.size = UINT64_MAX,
			.align = 4096,
			.start_known = true,
			.start = 1,
			.block_size = UINT64_C(1) << 63,
		},
	},
	{
		.device = "dax2.1",
		.path = "/devices/pci0000:00/dax2.1",
		.target_node = -1,
	},
	{
		.device = "dax3.0",
		.path = "/devices/platform/hmem.0/dax3.0",
		.unknown = UINT_MAX,
		.content_why = "nobody has read it",
		.target_node = -1,
	},
};

/* What is told is one line of text, whatever the file holds. */
void fuzz_check_message(const char *message)
{
	const char *what;

	must(message && *message);
	must(!strchr(message, '\n'));
	must(text_fault(message, strlen(message), &what) == 0);
}
