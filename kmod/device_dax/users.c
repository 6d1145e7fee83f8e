// SPDX-License-Identifier: GPL-2.0-only
#include "device_dax/users.h"

#include <linux/device.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/rbtree.h>
#include <linux/sysfs.h>

#include "device_dax/devdax.h"
#include "device_dax/pin.h"

/*
 * All mappings of the device's files, of whatever process, are in one tree.
 * Those of files of an earlier binding are dead and do not count.
 */
static void sum_mappings(struct devdax *devdax, unsigned long *ret_nr,
			 u64 *ret_bytes)
{
	struct address_space *mapping = devdax->mapping;
	struct vm_area_struct *vma;
	struct rb_node *node;

	*ret_nr = 0;
	*ret_bytes = 0;
	i_mmap_lock_read(mapping);
	for (node = rb_first_cached(&mapping->i_mmap); node;
	     node = rb_next(node)) {
		vma = rb_entry(node, struct vm_area_struct, shared.rb);
		if (vma->vm_file->private_data != devdax)
			continue;
		++*ret_nr;
		*ret_bytes += vma->vm_end - vma->vm_start;
	}
	i_mmap_unlock_read(mapping);
}

static u64 sum_faults(struct devdax *devdax, int size)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(devdax->faults, cpu)->nr[size]);
	return sum;
}

static ssize_t openers_show(struct device *dev, struct device_attribute *attr,
			    char *buf)
{
	struct devdax *devdax = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%u\n", READ_ONCE(devdax->openers));
}
static DEVICE_ATTR_RO(openers);

static ssize_t denied_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	struct devdax *devdax = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%lu\n", READ_ONCE(devdax->denied));
}
static DEVICE_ATTR_RO(denied);

static ssize_t mappings_show(struct device *dev, struct device_attribute *attr,
			     char *buf)
{
	unsigned long nr;
	u64 bytes;

	sum_mappings(dev_get_drvdata(dev), &nr, &bytes);
	return sysfs_emit(buf, "%lu\n", nr);
}
static DEVICE_ATTR_RO(mappings);

static ssize_t mapped_bytes_show(struct device *dev,
				 struct device_attribute *attr, char *buf)
{
	unsigned long nr;
	u64 bytes;

	sum_mappings(dev_get_drvdata(dev), &nr, &bytes);
	return sysfs_emit(buf, "%llu\n", bytes);
}
static DEVICE_ATTR_RO(mapped_bytes);

static ssize_t pinned_pages_show(struct device *dev,
				 struct device_attribute *attr, char *buf)
{
	struct devdax *devdax = dev_get_drvdata(dev);
	u64 pins;
	int rc;

	rc = devdax_pins(devdax->memmap, &pins);
	return rc ? rc : sysfs_emit(buf, "%llu\n", pins);
}
/* A scan of all pages is not for everybody. */
static DEVICE_ATTR(pinned_pages, 0400, pinned_pages_show, NULL);

#define FAULTS_ATTR(name, size)                                              \
	static ssize_t name##_show(struct device *dev,                       \
				   struct device_attribute *attr, char *buf) \
	{                                                                    \
		return sysfs_emit(buf, "%llu\n",                             \
				  sum_faults(dev_get_drvdata(dev), size));   \
	}                                                                    \
	static DEVICE_ATTR_RO(name)

FAULTS_ATTR(faults_pte, DEVDAX_PTE);
FAULTS_ATTR(faults_pmd, DEVDAX_PMD);
FAULTS_ATTR(faults_pud, DEVDAX_PUD);

/* clang-format off */
static struct attribute *users_attrs[] = {
	&dev_attr_openers.attr,
	&dev_attr_denied.attr,
	&dev_attr_mappings.attr,
	&dev_attr_mapped_bytes.attr,
	&dev_attr_pinned_pages.attr,
	&dev_attr_faults_pte.attr,
	&dev_attr_faults_pmd.attr,
	&dev_attr_faults_pud.attr,
	NULL,
};
/* clang-format on */

const struct attribute_group devdax_users_group = {
	.name = "users",
	.attrs = users_attrs,
};
