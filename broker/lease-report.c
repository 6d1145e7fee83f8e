// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/lease-report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "basic/log.h"
#include "basic/names.h"
#include "basic/size.h"
#include "basic/text.h"

/* More than there are facts. */
#define FIELDS_MAX 24

struct fields {
	struct log_field fields[FIELDS_MAX];
	char *names[FIELDS_MAX], *values[FIELDS_MAX];
	size_t n;
};

/* "lease_name": a field NAME= would be anything's. */
static void add_field(const char *name, const char *value,
		      bool is_number _unused_, void *userdata)
{
	const bool own = strcmp(name, "device") == 0 ||
			 strcmp(name, "pool") == 0 || strcmp(name, "node") == 0;
	struct fields *fields = userdata;

	if (fields->n == FIELDS_MAX)
		return;
	fields->names[fields->n] =
		text_format("%s%s", own ? "" : "lease_", name);
	fields->values[fields->n] = strdup(value);
	if (fields->names[fields->n])
		fields->fields[fields->n] = (struct log_field){
			.name = fields->names[fields->n],
			.value = fields->values[fields->n],
		};
	fields->n++;
}

static void fields_done(struct fields *fields)
{
	for (size_t i = 0; i < fields->n; i++) {
		free(fields->names[i]);
		free(fields->values[i]);
	}
}

/* "Lease 00... (db) of user 1000 (postgresql.service)": names have no
 * characters that a terminal could take for anything else. */
static char *describe(const struct lease *lease)
{
	const struct policy_grant *grant = &lease->grant;
	char id[LEASE_ID_MAX];

	return text_format(
		"Lease %s%s%s%s of user %u%s%s%s",
		lease_id_format(grant->id, id), *grant->name ? " (" : "",
		grant->name, *grant->name ? ")" : "", grant->uid,
		*grant->unit ? " (" : "", grant->unit, *grant->unit ? ")" : "");
}

_printf_(4, 5) static void report(int priority, const char *message_id,
				  const struct lease *lease, const char *format,
				  ...)
{
	_cleanup_(fields_done) struct fields fields = { .n = 0 };
	struct log_context context = { message_id, fields.fields, 0 };
	_cleanup_free_ char *text = NULL, *who = describe(lease);
	va_list ap;

	lease_facts(lease, add_field, &fields);
	for (context.n_fields = 0; context.n_fields < fields.n &&
				   fields.fields[context.n_fields].name;)
		context.n_fields++;
	va_start(ap, format);
	text = text_vformat(format, ap);
	va_end(ap);
	log_message(priority, &context, "%s: %s", who ?: "A lease",
		    text ?: "out of memory");
}

void lease_report_begun(const struct lease *lease)
{
	char size[SIZE_FORMAT_MAX];

	report(LOG_INFO, MESSAGE_ID_LEASE_BEGUN, lease,
	       "it has %s of pool %s, as %s", size_format(lease->size, size),
	       lease->grant.pool, lease->device);
}

void lease_report_ended(const struct lease *lease)
{
	char size[SIZE_FORMAT_MAX];

	report(LOG_INFO, MESSAGE_ID_LEASE_ENDED, lease,
	       "it has ended: %s of pool %s are free",
	       size_format(lease->size, size), lease->grant.pool);
}

void lease_report_taken(const struct lease *lease)
{
	report(LOG_NOTICE, MESSAGE_ID_LEASE_TAKEN, lease,
	       "its memory was wanted back, and its time is over: it is taken "
	       "from process %d, and who still uses it gets SIGBUS",
	       (int)lease->grant.pid);
}

void lease_report_kept(const struct lease *lease)
{
	report(LOG_WARNING, MESSAGE_ID_LEASE_TAKEN, lease,
	       "its memory was wanted back, and its time is over, but process "
	       "%d keeps it: only daxbroker's own module device_dax can take "
	       "memory from who has it mapped; install daxbroker-dkms and "
	       "reboot",
	       (int)lease->grant.pid);
}

void lease_report_poisoned(const struct lease *lease, uint64_t offset,
			   uint64_t length)
{
	if (length)
		report(LOG_WARNING, MESSAGE_ID_LEASE_POISONED, lease,
		       "memory of %s failed at offset %#" PRIx64
		       ": what was there is lost",
		       lease->device, offset);
	else
		report(LOG_WARNING, MESSAGE_ID_LEASE_POISONED, lease,
		       "memory of %s failed: what was there is lost",
		       lease->device);
}

void lease_report_withheld(const struct lease *lease)
{
	report(LOG_WARNING, MESSAGE_ID_LEASE_POISONED, lease,
	       "it has ended, and memory of %s has failed: nobody gets it "
	       "until that is repaired",
	       lease->device);
}
