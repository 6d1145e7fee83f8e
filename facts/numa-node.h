/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_NUMA_NODE_H
#define FACTS_NUMA_NODE_H

#include <stdbool.h>

#include "facts/reader.h"

/* Below the root. */
#define NODES_DIR "sys/devices/system/node"

/* Fills the snapshot's nodes. */
void numa_nodes_read(struct facts_reader *reader);

/* True while memory of the node is online; without a snapshot. */
bool numa_node_has_memory(int root_fd, int node);

#endif
