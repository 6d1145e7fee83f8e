/* SPDX-License-Identifier: GPL-2.0-only */
/* What a mapping of the device does: it is filled by faults. */
#ifndef DEVDAX_FAULT_H
#define DEVDAX_FAULT_H

#include <linux/types.h>

struct vm_operations_struct;

/* devdax_fault_ops() - of a mapping; @dontfork: one that is not inherited */
const struct vm_operations_struct *devdax_fault_ops(bool dontfork);

#endif /* DEVDAX_FAULT_H */
