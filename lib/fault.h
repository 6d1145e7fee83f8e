/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LIB_FAULT_H
#define LIB_FAULT_H

#include <systemd/sd-bus.h>

#include "basic/cleanup.h"

/* What is public of the library. */
#define _public_ __attribute__((visibility("default")))

/* Puts the sentence into *ret_error (NULL: nobody wants it) and returns @r. */
int fault_set(char **ret_error, int r, const char *format, ...) _printf_(3, 4);

/* Of a call that failed with @r: @error is the answer, or not set. Returns the
 * errno that callers of the library get. */
int fault_set_bus(char **ret_error, const sd_bus_error *error, int r);

#endif
