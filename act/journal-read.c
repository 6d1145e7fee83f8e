// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/journal.h"
#include "basic/array.h"
#include "basic/cleanup.h"
#include "basic/names.h"
#include "basic/parse.h"
#include "facts/root.h"
#include "plan/step.h"

static const char journal_file[] = RUN_DIR "/journal";

#define WORDS_MAX 10

/* A line, its words; those that are missing are "". */
struct line {
	char *words[WORDS_MAX];
};

/* A job while its lines are read. */
struct entry {
	struct journal_job job;
	bool over;
};

struct entries {
	struct entry *entries;
	size_t n;
};

static void unescape(char *word)
{
	char *to = word;

	for (; *word; word++) {
		unsigned int value;

		if (word[0] == '%' && isxdigit((unsigned char)word[1]) &&
		    isxdigit((unsigned char)word[2]) &&
		    sscanf(word + 1, "%2x", &value) == 1) {
			*to++ = (char)value;
			word += 2;
		} else {
			*to++ = *word;
		}
	}
	*to = '\0';
}

static void split(char *text, struct line *ret)
{
	static char none[] = "";
	char *rest = NULL, *word = strtok_r(text, " \n", &rest);

	for (size_t i = 0; i < WORDS_MAX; i++) {
		if (word)
			unescape(word);
		ret->words[i] = word ? word : none;
		if (word)
			word = strtok_r(NULL, " \n", &rest);
	}
}

static struct entry *find(struct entries *list, const char *id)
{
	for (size_t i = list->n; i-- > 0;)
		if (strcmp(list->entries[i].job.id, id) == 0)
			return &list->entries[i];
	return NULL;
}

void journal_job_clear(struct journal_job *job)
{
	if (job->plan)
		plan_free(job->plan);
	free(job->before);
	*job = (struct journal_job){ 0 };
}

/* One of our drivers' names, or NULL: steps do not own theirs. */
static const char *driver_name(const char *word)
{
	static const char *const names[] = { DRIVER_DEVICE_DAX, DRIVER_KMEM };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(names[i], word) == 0)
			return names[i];
	return NULL;
}

static int copy_names(struct plan *plan, const struct line *line)
{
	plan->device = strdup(line->words[2]);
	plan->identity = strdup(line->words[3]);
	plan->region = strdup(line->words[4]);
	if (strcmp(line->words[5], "-") != 0) {
		plan->from_driver = strdup(line->words[5]);
		if (!plan->from_driver)
			return -ENOMEM;
	}
	return plan->device && plan->identity && plan->region ? 0 : -ENOMEM;
}

static int read_begin(struct entries *list, const struct line *line)
{
	struct plan *plan;
	struct entry *entry;
	int r;

	if (strlen(line->words[1]) >= JOURNAL_ID_MAX || !*line->words[7])
		return 0;
	if (ARRAY_GROW(list->entries, list->n) < 0)
		return -ENOMEM;
	plan = calloc(1, sizeof(*plan));
	if (!plan)
		return -ENOMEM;
	entry = &list->entries[list->n++];
	*entry = (struct entry){ .job.plan = plan };
	strcpy(entry->job.id, line->words[1]);
	r = copy_names(plan, line);
	if (r < 0)
		return r;
	plan->outcome = PLAN_SWITCH;
	if (parse_int(line->words[6], &plan->target_node) < 0 ||
	    parse_u64(line->words[7], &plan->block_size) < 0)
		entry->over = true;
	return 0;
}

static enum facts_block_state block_state(const char *word)
{
	for (enum facts_block_state s = 0; s < FACTS_BLOCK_UNKNOWN; s++)
		if (strcmp(facts_block_state_name(s), word) == 0)
			return s;
	return FACTS_BLOCK_UNKNOWN;
}

static enum facts_zone block_zone(const char *word)
{
	for (enum facts_zone z = 0; z < FACTS_ZONE_OTHER; z++)
		if (strcmp(facts_zone_name(z), word) == 0)
			return z;
	return FACTS_ZONE_OTHER;
}

static int read_block(struct entry *entry, const struct line *line)
{
	struct journal_job *job = &entry->job;
	struct plan *plan = job->plan;
	uint64_t first, last;

	if (parse_u64(line->words[2], &first) < 0 ||
	    parse_u64(line->words[3], &last) < 0)
		return 0;
	for (uint64_t id = first; id <= last; id++) {
		if (ARRAY_GROW(plan->blocks, plan->n_blocks) < 0 ||
		    ARRAY_GROW(job->before, plan->n_blocks) < 0)
			return -ENOMEM;
		job->before[plan->n_blocks] = (struct facts_block){
			.id = id,
			.state = block_state(line->words[4]),
			.zone = block_zone(line->words[5]),
		};
		plan->blocks[plan->n_blocks++] = id;
	}
	return 0;
}

static enum policy_zone step_zone(const char *word)
{
	if (strcmp(word, policy_zone_name(POLICY_ZONE_MOVABLE)) == 0)
		return POLICY_ZONE_MOVABLE;
	if (strcmp(word, policy_zone_name(POLICY_ZONE_KERNEL)) == 0)
		return POLICY_ZONE_KERNEL;
	return POLICY_ZONE_AUTO;
}

/* What makes no sense of it is left out: then no device is found by it. */
static int read_shape(char *word, struct plan_shape *ret)
{
	char *rest = NULL, *part = strtok_r(word, ",", &rest);
	struct phys_range range;

	*ret = (struct plan_shape){ 0 };
	if (!part || parse_u64(part, &ret->align) < 0)
		return 0;
	while ((part = strtok_r(NULL, ",", &rest))) {
		if (parse_phys_range(part, &range) < 0)
			continue;
		if (ARRAY_GROW(ret->ranges, ret->n_ranges) < 0)
			return -ENOMEM;
		ret->ranges[ret->n_ranges++] = range;
	}
	return 0;
}

/* What a step of a layout is about. */
static int read_subject(struct plan_step *step, const struct line *line)
{
	int r;

	if (*line->words[6] && strcmp(line->words[6], "-") != 0) {
		step->device = strdup(line->words[6]);
		if (!step->device)
			return -ENOMEM;
	}
	r = read_shape(line->words[7], &step->before);
	return r < 0 ? r : read_shape(line->words[8], &step->after);
}

static int read_step(struct entry *entry, const struct line *line)
{
	struct plan *plan = entry->job.plan;
	enum plan_step_kind kind = plan_step_kind_find(line->words[3]);
	struct plan_step *step;
	int r;

	if (kind == PLAN_STEP_KINDS)
		return 0;
	if (ARRAY_GROW(plan->steps, plan->n_steps) < 0)
		return -ENOMEM;
	step = &plan->steps[plan->n_steps++];
	*step = (struct plan_step){
		.kind = kind,
		.driver = driver_name(line->words[4]),
		.zone = step_zone(line->words[5]),
		.memmap = strcmp(line->words[9], "1") == 0,
	};
	r = read_subject(step, line);
	if (r == 0 && !step->device &&
	    (kind == PLAN_DESTROY || kind == PLAN_RESIZE))
		entry->over = true; /* nobody could undo it */
	return r;
}

static int read_take(struct entry *entry, const struct line *line)
{
	uint64_t step;

	if (parse_u64(line->words[2], &step) == 0 &&
	    step < entry->job.plan->n_steps) {
		entry->job.begun = true;
		entry->job.step = step;
	}
	return 0;
}

static int read_again(struct entry *entry, const struct line *line _unused_)
{
	entry->job.attempts++;
	return 0;
}

static int read_end(struct entry *entry, const struct line *line _unused_)
{
	entry->over = true;
	return 0;
}

static int read_line(struct entries *list, const struct line *line)
{
	static const struct {
		const char *word;
		int (*read)(struct entry *entry, const struct line *line);
	} kinds[] = {
		{ "block", read_block }, { "step", read_step },
		{ "take", read_take },	 { "again", read_again },
		{ "end", read_end },
	};
	struct entry *entry;

	if (strcmp(line->words[0], "begin") == 0)
		return read_begin(list, line);
	entry = find(list, line->words[1]);
	for (size_t i = 0; entry && i < ARRAY_SIZE(kinds); i++)
		if (strcmp(line->words[0], kinds[i].word) == 0)
			return kinds[i].read(entry, line);
	return 0;
}

static int read_lines(FILE *file, struct entries *list)
{
	_cleanup_free_ char *text = NULL;
	size_t room = 0;
	ssize_t n;
	int r;

	while ((n = getline(&text, &room, file)) > 0) {
		struct line line;

		if (text[n - 1] != '\n')
			continue; /* cut off */
		split(text, &line);
		r = read_line(list, &line);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Those that are over are freed. */
static int keep_open(struct entries *list, struct journal_list *ret)
{
	struct journal_list kept = { 0 };

	kept.jobs = calloc(list->n + 1, sizeof(*kept.jobs));
	for (size_t i = 0; i < list->n; i++) {
		struct entry *entry = &list->entries[i];

		if (kept.jobs && !entry->over)
			kept.jobs[kept.n++] = entry->job;
		else
			journal_job_clear(&entry->job);
	}
	free(list->entries);
	if (!kept.jobs)
		return -ENOMEM;
	*ret = kept;
	return 0;
}

int journal_read(int root_fd, struct journal_list *ret)
{
	int fd = root_open(root_fd, &journal_file[1], O_NOFOLLOW);
	struct entries list = { 0 };
	FILE *file;
	int r, kept;

	if (fd == -ENOENT) {
		*ret = (struct journal_list){ 0 };
		return 0;
	}
	if (fd < 0)
		return fd;
	file = fdopen(fd, "r");
	if (!file) {
		close(fd);
		return -ENOMEM;
	}
	r = read_lines(file, &list);
	fclose(file);
	kept = keep_open(&list, ret);
	if (r < 0 && kept == 0)
		journal_list_clear(ret);
	return r < 0 ? r : kept;
}

void journal_list_clear(struct journal_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		journal_job_clear(&list->jobs[i]);
	free(list->jobs);
	*list = (struct journal_list){ 0 };
}
