/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_HOST_H
#define FACTS_HOST_H

#include "facts/reader.h"

/* Fills the snapshot's host. */
void host_read(struct facts_reader *reader);
void host_release(struct facts_host *host);

#endif
