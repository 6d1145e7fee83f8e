/* SPDX-License-Identifier: GPL-2.0-only */
/* Filling a mapping: the operations fault and huge_fault. */
#ifndef DEVDAX_FAULT_H
#define DEVDAX_FAULT_H

#include <linux/mm.h>

#include "compat/mapping.h"

vm_fault_t devdax_fault(struct vm_fault *vmf);
vm_fault_t devdax_fault_huge(struct vm_fault *vmf, huge_fault_size size);

#endif /* DEVDAX_FAULT_H */
