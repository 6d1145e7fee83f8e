/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_DOCUMENT_DAX_H
#define FACTS_DOCUMENT_DAX_H

#include "facts/document.h"

/* Reads the regions of a document with their devices, but for their blocks.
 * Returns what the functions of facts/document.h do. */
int document_dax_read(struct document *document, json_object *top);

#endif
