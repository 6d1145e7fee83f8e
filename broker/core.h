/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_CORE_H
#define BROKER_CORE_H

#include "broker/announcement.h"
#include "broker/batch.h"
#include "broker/bystanders.h"
#include "broker/decided-file.h"
#include "broker/interface.h"
#include "broker/inventory.h"
#include "broker/job-book.h"
#include "broker/lease-desk.h"
#include "broker/pass-maker.h"
#include "broker/pass.h"
#include "broker/plugged.h"
#include "broker/record-table.h"
#include "broker/watcher.h"
#include "policy/set.h"

/* The broker from within: for the files that it is made of. */
struct broker {
	struct broker_interface interface;
	struct broker_timer *timer; /* the next pass */
	struct broker_timer
		*retry; /* when a job, a pass or a name is due again */
	struct broker_timer *expiry; /* when an override ends by itself */
	uint64_t pass_at;	     /* when timer expires; 0: it is off */
	uint64_t removal_at; /* the first that the pass waits for; 0: none */
	int root_fd;
	uid_t trusted_uid;
	struct watchers watchers;
	struct policy_set *policies; /* NULL before the first pass */
	struct record_table records;
	struct pass_maker maker;
	struct announcement announcement;
	struct plugged plugged;
	struct inventory inventory;
	struct decided_file decided_file;
	int error; /* why the last pass failed, or 0 */
	bool stopping;
	bool reload_wanted;
	bool unplug;	     /* see broker_unplug() */
	const char *trigger; /* what led to the next pass, or to the jobs since
			      * it has settled; NULL: nothing yet */
	struct job_book book;
	struct lease_desk *desk;

	uint64_t started_at;
	uint64_t loaded_at;	      /* the policies */
	struct pass *pass;	      /* whose jobs the batch has, or NULL */
	struct bystanders bystanders; /* of that batch, or of the last one */
	struct batch *batch;
};

#endif
