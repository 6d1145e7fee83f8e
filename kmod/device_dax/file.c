// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each binding has a cdev of its own. It keeps the device, and with it the dax
 * inode, whose address space all files share.
 */
#include "device_dax/file.h"

#include <linux/cdev.h>
#include <linux/dax.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/pagemap.h>

#include "compat/mapping.h"
#include "device_dax/access.h"
#include "device_dax/devdax.h"
#include "device_dax/minor.h"
#include "device_dax/rule.h"
#include "device_dax/vma.h"

static int devdax_open(struct inode *inode, struct file *file)
{
	struct devdax *devdax = devdax_minor_get(iminor(inode));
	int rc;

	if (!devdax)
		return -ENXIO;
	rc = devdax_access_enter(devdax, file);
	if (rc) {
		devdax_put(devdax);
		return rc;
	}
	file->private_data = devdax;
	inode->i_mapping = devdax->mapping;
	inode_set_flags(inode, S_DAX, S_DAX);
	file->f_mapping = devdax->mapping;
	file->f_wb_err = filemap_sample_wb_err(file->f_mapping);
	file->f_sb_err = file_sample_sb_err(file);
	return 0;
}

/* The last mapping of the file is gone too. */
static int devdax_release(struct inode *inode, struct file *file)
{
	struct devdax *devdax = file->private_data;

	devdax_access_leave(devdax);
	devdax_put(devdax);
	return 0;
}

/*
 * Whether the device is still alive is checked again at each fault: it may be
 * unbound before the mapping is where unbinding finds it.
 */
static int devdax_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct devdax *devdax = file->private_data;
	bool dontfork;
	int id, rc;

	id = dax_read_lock();
	rc = devdax_rule_check_vma(devdax, vma);
	dax_read_unlock(id);
	if (rc)
		return rc;
	rc = devdax_access_map(devdax, &dontfork);
	if (rc)
		return rc;
	devdax_vma_setup(vma, dontfork);
	return 0;
}

/* Room for one page more, then the first address that is aligned as @pgoff. */
static unsigned long aligned_area(struct file *file, unsigned long align,
				  unsigned long len, unsigned long pgoff,
				  unsigned long flags)
{
	unsigned long room, found;

	if (check_add_overflow(len, align, &room))
		return -ENOMEM;
	found = find_unmapped_area(file, 0, room, pgoff, flags);
	if (IS_ERR_VALUE(found))
		return found;
	return found + (((pgoff << PAGE_SHIFT) - found) & (align - 1));
}

/*
 * For mmap() and mremap(). What cannot be is refused here already: the latter
 * moves pages first and would break up what is larger than the alignment of
 * the new address.
 */
static unsigned long devdax_get_unmapped_area(struct file *file,
					      unsigned long addr,
					      unsigned long len,
					      unsigned long pgoff,
					      unsigned long flags)
{
	struct devdax *devdax = file->private_data;
	unsigned long align = devdax->align, found;
	int rc;

	rc = devdax_rule_check_area(devdax, flags & MAP_FIXED ? addr : 0, len);
	if (rc)
		return rc;
	if (addr || align == PAGE_SIZE) {
		found = find_unmapped_area(file, addr, len, pgoff, flags);
		if (IS_ERR_VALUE(found) || IS_ALIGNED(found, align))
			return found;
	}
	return aligned_area(file, align, len, pgoff, flags);
}

static const struct file_operations devdax_fops = {
	.owner = THIS_MODULE,
	.llseek = noop_llseek,
	.open = devdax_open,
	.release = devdax_release,
	.mmap = devdax_mmap,
	.get_unmapped_area = devdax_get_unmapped_area,
	OFFERS_MAP_SYNC,
};

/* The kernel may mark a page dirty that was written to by I/O. */
static const struct address_space_operations devdax_aops = {
	.dirty_folio = noop_dirty_folio,
};

static int add_cdev(struct devdax *devdax)
{
	struct cdev *cdev = cdev_alloc();
	int rc;

	if (!cdev)
		return -ENOMEM;
	cdev->owner = THIS_MODULE;
	cdev->ops = &devdax_fops;
	cdev_set_parent(cdev, &devdax->dev->kobj);
	rc = cdev_add(cdev, devdax->dev->devt, 1);
	if (rc) {
		/* It takes a reference on its parent when it succeeds. */
		cdev->kobj.parent = NULL;
		kobject_put(&cdev->kobj);
		return rc;
	}
	devdax->cdev = cdev;
	return 0;
}

int devdax_file_add(struct devdax *devdax)
{
	struct inode *inode = dax_inode(devdax->dev_dax->dax_dev);
	int rc;

	devdax->mapping = inode->i_mapping;
	devdax->mapping->host = inode;
	devdax->mapping->a_ops = &devdax_aops;
	rc = devdax_minor_bind(devdax);
	if (rc)
		return rc;
	rc = add_cdev(devdax);
	if (rc)
		devdax_minor_unbind(devdax);
	return rc;
}

void devdax_file_del(struct devdax *devdax)
{
	cdev_del(devdax->cdev);
	devdax_minor_unbind(devdax);
}
