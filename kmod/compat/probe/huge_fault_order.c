// SPDX-License-Identifier: GPL-2.0-only
/*
 * The size of a huge fault is given as an order (since 6.6). Before it was an
 * enum, which is the same type to the compiler: so this looks for its names.
 */
#include <linux/mm.h>

enum { PE_SIZE_PTE };

static vm_fault_t fault(struct vm_fault *vmf, unsigned int order)
{
	return order > PE_SIZE_PTE ? VM_FAULT_FALLBACK : VM_FAULT_SIGBUS;
}

extern const struct vm_operations_struct probe;
const struct vm_operations_struct probe = { .huge_fault = fault };
