// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/job-list.h"

#include <stdlib.h>
#include <string.h>

#include "basic/array.h"

void job_list_clear(struct job_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		job_record_free(list->jobs[i]);
	free(list->jobs);
	*list = (struct job_list){ 0 };
}

int job_list_add(struct job_list *list, struct job_record *job)
{
	int r = ARRAY_GROW(list->jobs, list->n);

	if (r < 0) {
		job_record_free(job);
		return r;
	}
	list->jobs[list->n++] = job;
	return 0;
}

static int compare(const void *key, const void *item)
{
	unsigned int number = *(const unsigned int *)key;
	unsigned int other = (*(struct job_record *const *)item)->number;

	return (number > other) - (number < other);
}

static struct job_record **find(const struct job_list *list,
				unsigned int number)
{
	return list->n == 0 ? NULL
			    : bsearch(&number, list->jobs, list->n,
				      sizeof(struct job_record *), compare);
}

struct job_record *job_list_find(const struct job_list *list,
				 unsigned int number)
{
	struct job_record **found = find(list, number);

	return found ? *found : NULL;
}

struct job_record *job_list_take(struct job_list *list, unsigned int number)
{
	struct job_record **found = find(list, number), *job;

	if (!found)
		return NULL;
	job = *found;
	list->n--;
	memmove(found, found + 1,
		(size_t)(&list->jobs[list->n] - found) * sizeof(*found));
	return job;
}
