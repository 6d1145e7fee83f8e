/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_INVENTORY_H
#define BROKER_INVENTORY_H

#include "act/failure.h"
#include "survey/survey.h"

/*
 * The regions and the nodes that the last pass has found, as far as those
 * outside are told of them: the survey itself is not kept. Pure.
 */
struct inventory_region {
	char *path;
	enum facts_provider provider;
	char *uuid; /* or NULL */
	bool dynamic;
	uint64_t size, available_size;
	int node;      /* -1: none */
	char *devices; /* their names, with blanks between them */
};

/* Of which memory of a device is part, or would be. */
struct inventory_node {
	int id;
	char *names; /* of NodeName=, with blanks between them, that memory of
		      * it has now; or NULL */
	uint64_t size;
	char *devices;
};

struct inventory {
	struct inventory_region *regions;
	size_t n_regions;
	struct inventory_node *nodes;
	size_t n_nodes;
};

void inventory_clear(struct inventory *inventory);

/* In place of what was there. 0; -ENOMEM: that stays. */
int inventory_take(struct inventory *inventory, const struct survey *survey);

/* Calls @fact for each that applies; docs/org.daxbroker1.5 explains them. */
void inventory_region_facts(const struct inventory_region *region,
			    act_fact_fn fact, void *userdata);
void inventory_node_facts(const struct inventory_node *node, act_fact_fn fact,
			  void *userdata);

#endif
