/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASIC_CLOSE_OTHERS_H
#define BASIC_CLOSE_OTHERS_H

/* Closes all descriptors but these two and the standard ones: a child process
 * lets go of what its parent has, locks among them. */
void close_others(int a, int b);

#endif
