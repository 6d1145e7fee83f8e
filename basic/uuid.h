/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASIC_UUID_H
#define BASIC_UUID_H

#include <systemd/sd-id128.h>

/* UUIDs as text: "01234567-89ab-cdef-0123-456789abcdef". */

/* Returns 0 and *ret; or -EINVAL where @text, from its beginning to its end,
 * does not have that form. Case does not count. */
int uuid_parse(const char *text, sd_id128_t *ret);

/* In lower case, into the caller's buffer. */
#define UUID_TEXT_MAX 37
char *uuid_format(sd_id128_t uuid, char buf[UUID_TEXT_MAX]);

#endif
