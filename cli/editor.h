/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_EDITOR_H
#define CLI_EDITOR_H

/*
 * Has the person edit @text, which is called @name on the way, with
 * $SYSTEMD_EDITOR, $EDITOR, $VISUAL or what there is. Returns 0 and *ret, to be
 * freed; or a negative errno after saying why.
 */
int editor_run(const char *name, const char *text, char **ret);

#endif
