/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether the running kernel is one that the module was built for. */
#ifndef LAYOUT_RUNNING_H
#define LAYOUT_RUNNING_H

/**
 * layout_running_check() - compare structures of the dax bus
 *
 * Return: 0, also if the kernel does not say what they are; -ENOEXEC if one is
 * not what it was when the module was built, with the reason in the log.
 */
int layout_running_check(void);

#endif /* LAYOUT_RUNNING_H */
