// SPDX-License-Identifier: GPL-2.0-or-later
/* A kernel's dax bus as the layout step knows it; check-layout changes it. */
#include <stddef.h>

typedef _Bool bool;

struct module;
struct dax_device;
struct dax_mapping;
struct dev_pagemap;
struct inode;
struct list_head {
	struct list_head *next, *prev;
};
struct resource {
	long start, end;
};
struct device {
	long x[8];
};
struct device_driver {
	const char *name;
};
struct range {
	unsigned long start, end;
};

struct dax_region {
	int id;
	int target_node;
	struct device *dev;
	unsigned int align;
	struct resource res;
};

struct dev_dax_range {
	unsigned long pgoff;
	struct range range;
	struct dax_mapping *mapping;
};

struct dev_dax {
	struct dax_region *region;
	struct dax_device *dax_dev;
	unsigned int align;
	int target_node;
	struct device dev;
	struct dev_pagemap *pgmap;
	int nr_range;
	struct dev_dax_range *ranges;
};

struct dax_device_driver {
	struct device_driver drv;
	struct list_head ids;
	int (*probe)(struct dev_dax *dev);
	void (*remove)(struct dev_dax *dev);
};

int __dax_driver_register(struct dax_device_driver *drv, struct module *module,
			  const char *mod_name)
{
	return drv && module && mod_name;
}

void dax_driver_unregister(struct dax_device_driver *drv)
{
	drv->drv.name = NULL;
}

bool static_dev_dax(struct dev_dax *dev)
{
	return dev->pgmap;
}

void kill_dev_dax(struct dev_dax *dev)
{
	dev->pgmap = NULL;
}

struct inode *dax_inode(struct dax_device *dev)
{
	return (struct inode *)dev;
}

void run_dax(struct dax_device *dev)
{
	(void)dev;
}

struct dev_dax dev_dax;
struct dax_region dax_region;
