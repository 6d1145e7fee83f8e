/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_MODULE_H
#define ACT_MODULE_H

/*
 * Loads the module @name of the running kernel and what it needs, as
 * modprobe(8) does, its configuration obeyed; or all those that have the alias
 * @name. Where the kernel rejects one (Secure Boot, above all), the one of its
 * own tree is loaded instead; the next snapshot shows that.
 * Returns 0 (built in or loaded already included); -ENOENT: this kernel has no
 * such module; -EPERM: the administrator or the kernel forbids it;
 * -EOPNOTSUPP: @root_fd is the root of another machine; or another negative
 * errno of loading it.
 */
int module_load(int root_fd, const char *name);

#endif
