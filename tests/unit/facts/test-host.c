// SPDX-License-Identifier: GPL-2.0-or-later
/* The machine itself: what policies' conditions and limits ask for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "facts/model/model.h"
#include "facts/snapshot-read.h"
#include "tree.h"

#define CLOCKS \
	"sys/devices/system/clocksource/clocksource0/available_clocksource"

static struct facts_snapshot *snapshot_of(const struct tree *tree)
{
	struct facts_snapshot *s = NULL;

	assert_int_equal(facts_snapshot_read(tree->fd, &s), 0);
	assert_int_equal(s->n_problems, 0);
	return s;
}

static void expect_virtualization(const struct tree *tree, const char *wanted,
				  bool container)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = snapshot_of(tree);

	if (wanted)
		assert_string_equal(s->host.virtualization, wanted);
	else
		assert_null(s->host.virtualization);
	assert_int_equal(s->host.container, container);
}

/* Each answer takes the place of the one before. */
static void test_virtualization(void **state _unused_)
{
	_cleanup_tree_ struct tree tree;

	tree_open(&tree);
	tree_add_system(&tree);
	expect_virtualization(&tree, NULL, false);
	tree_write(&tree, CLOCKS, "tsc hpet acpi_pm \n");
	expect_virtualization(&tree, "none", false);
	tree_write(&tree, CLOCKS, "hyperv_clocksource_tsc_page tsc \n");
	expect_virtualization(&tree, "microsoft", false);
	tree_write(&tree, CLOCKS, "tsc hpet acpi_pm \n");
	tree_write(&tree, "sys/class/dmi/id/sys_vendor", "Dell Inc.\n");
	expect_virtualization(&tree, "none", false);
	tree_write(&tree, "sys/class/dmi/id/sys_vendor", "QEMU\n");
	expect_virtualization(&tree, "qemu", false);
	tree_write(&tree, CLOCKS, "kvm-clock tsc acpi_pm \n");
	expect_virtualization(&tree, "kvm", false);
	tree_write(&tree, "sys/class/dmi/id/sys_vendor", "Amazon EC2\n");
	expect_virtualization(&tree, "amazon", false);
	tree_write(&tree, "run/systemd/container", "docker\n");
	expect_virtualization(&tree, "docker", true);
}

static void test_names(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	_cleanup_tree_ struct tree tree;

	tree_open(&tree);
	tree_add_system(&tree);
	s = snapshot_of(&tree);
	assert_null(s->host.name);
	assert_null(s->host.architecture);
	facts_snapshot_free(s);
	tree_write(&tree, "proc/sys/kernel/hostname", "server1\n");
	tree_write(&tree, "proc/sys/kernel/arch", "aarch64\n");
	tree_write(&tree, "proc/cmdline", "ro quiet\n");
	tree_write(&tree, "etc/machine-id",
		   "0123456789abcdef0123456789abcdef\n");
	s = snapshot_of(&tree);
	assert_string_equal(s->host.name, "server1");
	assert_string_equal(s->host.architecture, "arm64");
	assert_string_equal(s->host.command_line, "ro quiet");
	assert_string_equal(s->host.machine_id,
			    "0123456789abcdef0123456789abcdef");
}

/* As of proc_zoneinfo_show(), cut down. */
static const char zoneinfo[] = "Node 0, zone      DMA\n"
			       "  per-node stats\n"
			       "      nr_free_cma  0\n"
			       "  pages free     10\n"
			       "        boost    0\n"
			       "        present  40\n"
			       "        managed  30\n"
			       "  pagesets\n"
			       "    cpu: 0\n"
			       "              count: 0\n"
			       "Node 0, zone   Normal\n"
			       "  pages free     100\n"
			       "        managed  400\n"
			       "Node 1, zone  Movable\n"
			       "  pages free     7\n"
			       "        managed  1000\n"
			       "Node 1, zone   Device\n"
			       "  pages free     0\n"
			       "        managed  5000\n";

static void test_memory(void **state _unused_)
{
	const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	_cleanup_tree_ struct tree tree;

	tree_open(&tree);
	tree_add_system(&tree);
	s = snapshot_of(&tree);
	assert_false(s->memory.known);
	facts_snapshot_free(s);
	tree_write(&tree, "proc/zoneinfo", zoneinfo);
	s = snapshot_of(&tree);
	assert_true(s->memory.known);
	assert_int_equal(s->memory.movable, 1000 * page);
	assert_int_equal(s->memory.kernel, 430 * page);
	assert_int_equal(s->memory.kernel_free, 110 * page);
}

static void test_memory_is_none(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	_cleanup_tree_ struct tree tree;

	tree_open(&tree);
	tree_add_system(&tree);
	tree_write(&tree, "proc/zoneinfo", "nonsense\n");
	assert_int_equal(facts_snapshot_read(tree.fd, &s), 0);
	assert_false(s->memory.known);
	assert_int_equal(s->n_problems, 1);
}

#define MODULES "lib/modules/6.1.0/"

static void expect_passed_over(const struct tree *tree, bool kmem, bool signed_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = snapshot_of(tree);

	assert_int_equal(s->kernel.kmem_passed_over, kmem);
	assert_int_equal(s->kernel.signed_modules, signed_);
	assert_false(s->kernel.device_dax_passed_over);
}

/* The kernel's own kmem is loaded, and another one is installed. */
static void test_passed_over(void **state _unused_)
{
	_cleanup_tree_ struct tree tree;

	tree_open(&tree);
	tree_add_system(&tree);
	tree_write(&tree, "proc/sys/kernel/osrelease", "6.1.0\n");
	tree_write(&tree, MODULES "kernel/drivers/dax/kmem.ko", "");
	tree_mkdir(&tree, "sys/bus/dax/drivers/kmem");
	tree_mkdir(&tree, "sys/bus/dax/drivers/device_dax");
	expect_passed_over(&tree, false, false);
	tree_write(&tree, MODULES "updates/dkms/kmem.ko.xz", "");
	expect_passed_over(&tree, true, false);
	tree_write(&tree, "sys/module/module/parameters/sig_enforce", "N\n");
	tree_write(&tree, "sys/kernel/security/lockdown",
		   "[none] integrity confidentiality\n");
	expect_passed_over(&tree, true, false);
	tree_write(&tree, "sys/kernel/security/lockdown",
		   "none [integrity] confidentiality\n");
	expect_passed_over(&tree, true, true);
	tree_write(&tree, "sys/bus/dax/drivers/kmem/attach", "");
	expect_passed_over(&tree, false, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_virtualization),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_memory_is_none),
		cmocka_unit_test(test_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
