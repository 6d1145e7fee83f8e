// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A drop-in of a policy file, or the file, in the person's editor. What comes
 * of it is read as though it were there already, and only then put there.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "basic/log.h"
#include "basic/names.h"
#include "basic/text-stream.h"
#include "basic/text.h"
#include "cli/device-text.h"
#include "cli/diagnostic-text.h"
#include "cli/editor.h"
#include "cli/policy-name.h"
#include "cli/policy-text.h"
#include "cli/text-file.h"
#include "cli/view.h"
#include "policy/loader.h"
#include "policy/parser.h"

#define BEGIN                                                              \
	"### What stands between here and the next such line becomes the " \
	"file\n"
#define END "### What stands below is not read\n"

#define BLANKS " \t\r\n"

struct edit {
	const struct arguments *arguments;
	struct policy_set *policies;	/* in force */
	const struct policy_file *file; /* NULL: there is none yet */
	char *path;			/* below the root */
	char *text;			/* there now, or NULL */
	int root_fd;
};

static void edit_done(struct edit *edit)
{
	policy_set_free(edit->policies);
	free(edit->path);
	free(edit->text);
	cleanup_close(&edit->root_fd);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static enum exit_code set_path(struct edit *edit, const char *name)
{
	const char *dropin = edit->arguments->dropin ?: "override";

	if (edit->arguments->full)
		edit->path = text_format(POLICY_DIR_ETC "/%s", name);
	else if (strchr(dropin, '/') || *dropin == '.' || !*dropin)
		edit->path = NULL;
	else
		edit->path = text_format(
			POLICY_DIR_ETC "/%s" POLICY_DROPIN_DIR_SUFFIX "/%s%s",
			name, dropin,
			text_ends_with(dropin, ".conf") ? "" : ".conf");
	if (edit->path)
		return EXIT_OK;
	log_error("\"%s\" cannot be the name of a drop-in", dropin);
	return EXIT_USAGE;
}

/* A file that is not there can be made, but no drop-in of it. */
static enum exit_code find_file(struct edit *edit)
{
	const char *word = edit->arguments->words[0];
	char buf[POLICY_NAME_SIZE];
	const char *name = policy_name_base(word, buf);
	enum exit_code status;

	if (edit->arguments->full && name && !strchr(word, '/') &&
	    !policy_name_is_device(word) &&
	    !policy_name_file(edit->policies, word))
		return set_path(edit, name);
	status = policy_name_find(edit->arguments, edit->policies, word,
				  &edit->file);
	if (status == EXIT_OK)
		return set_path(edit, base_name(policy_file_name(edit->file)));
	if (!policy_name_is_device(word) && name)
		log_info("daxbroker edit --full %s makes it", word);
	return status;
}

static enum exit_code check_rights(const struct edit *edit)
{
	int r = policy_text_may_write(edit->root_fd, edit->path);

	if (r == 0)
		return EXIT_OK;
	log_error("/%s cannot be written: %s", edit->path, strerror(-r));
	return r == -EACCES || r == -EPERM ? EXIT_DENIED : EXIT_ERROR;
}

static enum exit_code start(struct edit *edit)
{
	enum exit_code status =
		view_load_policies(edit->arguments, &edit->policies);

	if (status != EXIT_OK)
		return status;
	edit->root_fd = view_open_root(edit->arguments);
	if (edit->root_fd < 0)
		return EXIT_ERROR;
	status = find_file(edit);
	if (status == EXIT_OK)
		status = check_rights(edit);
	if (status == EXIT_OK)
		edit->text = policy_text_read(edit->root_fd, edit->path);
	return status;
}

/* As comments. */
static void print_below(FILE *out, const struct edit *edit)
{
	for (size_t i = 0; i < edit->file->n_sources; i++) {
		const char *name = edit->file->sources[i]->name;
		_cleanup_free_ char *text =
			policy_text_read(edit->root_fd, name + 1);
		char *rest = text, *line;

		if (strcmp(name + 1, edit->path) == 0)
			continue;
		fprintf(out, "\n### %s\n", name);
		while (rest && *rest && (line = strsep(&rest, "\n")))
			fprintf(out, "#%s%s\n", *line ? " " : "", line);
	}
}

static const char example[] = "# [Match]\n# Provider=hmem\n\n"
			      "# [Region]\n# Mode=system-ram\n"
			      "# Zone=movable\n";

/* What the editor begins with. */
static char *make_page(const struct edit *edit)
{
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	FILE *out = text_stream_open(&stream);
	_cleanup_free_ char *whole = NULL;

	if (!out)
		return NULL;
	if (edit->arguments->full) {
		/* Of another directory: it will take its place. */
		if (!edit->text && edit->file)
			whole = policy_text_read(edit->root_fd,
						 policy_file_name(edit->file) +
							 1);
		fputs(edit->text ?: whole ?: example, out);
	} else {
		fprintf(out, "### Editing /%s\n" BEGIN "\n%s\n" END, edit->path,
			edit->text ?: "");
		print_below(out, edit);
	}
	return text_stream_take(&stream);
}

/* What is to be read of an edited page: without blank lines around it. */
static char *take_page(const char *page)
{
	const char *begin = strstr(page, BEGIN), *end = strstr(page, END);

	begin = begin ? begin + strlen(BEGIN) : page;
	if (!end || end < begin)
		end = begin + strlen(begin);
	while (begin < end && strchr(BLANKS, *begin))
		begin++;
	while (end > begin && strchr(BLANKS, end[-1]))
		end--;
	return text_format("%.*s%s", (int)(end - begin), begin,
			   end > begin ? "\n" : "");
}

static enum exit_code ask_editor(const struct edit *edit, char **page)
{
	_cleanup_free_ char *before = *page;

	*page = NULL;
	return editor_run(base_name(edit->path), before, page) < 0 ? EXIT_ERROR
								   : EXIT_OK;
}

static enum exit_code read_stdin(char **page)
{
	size_t size;
	int r = text_file_read("-", page, &size);

	if (r == 0 && strlen(*page) != size)
		r = -EINVAL;
	if (r == 0)
		return EXIT_OK;
	log_error("%s: %s", text_file_name("-"), strerror(-r));
	return EXIT_ERROR;
}

static bool is_known(const struct policy_set *set,
		     const struct policy_diagnostic *diagnostic)
{
	const struct policy_diagnostic *list;
	size_t n;

	list = policy_set_diagnostics(set, &n);
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i].file, diagnostic->file) == 0 &&
		    strcmp(list[i].message, diagnostic->message) == 0)
			return true;
	return false;
}

/* Prints what is wrong that was not so before. True: it is an error. An error
 * in what is edited counts also where it is an old one. */
static bool has_errors(const struct edit *edit, const struct policy_set *set)
{
	const struct policy_diagnostic *list;
	bool found = false;
	size_t n;

	list = policy_set_diagnostics(set, &n);
	for (size_t i = 0; i < n; i++) {
		if (is_known(edit->policies, &list[i]) &&
		    strcmp(list[i].file + 1, edit->path) != 0)
			continue;
		diagnostic_text_print(stderr, &list[i], NULL);
		found |= list[i].severity == POLICY_ERROR;
	}
	return found;
}

/* True: the person goes back to the editor. */
static bool ask_again(const struct edit *edit)
{
	char answer[16];

	if (edit->arguments->from_stdin || !isatty(STDIN_FILENO))
		return false;
	fprintf(stderr, "Edit it again? [Y/n] ");
	return fgets(answer, sizeof(answer), stdin) && answer[0] != 'n' &&
	       answer[0] != 'N';
}

/* What is decided otherwise than before. */
static size_t print_changes(const struct view *before, const struct view *after)
{
	size_t n = 0;

	for (size_t i = 0; i < after->n_items; i++) {
		const struct plan_item *item = after->items[i];
		const struct plan_item *old =
			survey_find(before->survey, item->device->name);

		if (old && old->plan->outcome == item->plan->outcome &&
		    strcmp(old->plan->reason, item->plan->reason) == 0)
			continue;
		printf("%s: %s: %s\n", item->device->name,
		       device_text_state(item), item->plan->reason);
		n++;
	}
	return n;
}

static void report_changes(const struct edit *edit,
			   const struct policy_set *set)
{
	_cleanup_view_ struct view before = { 0 }, after = { 0 };
	struct arguments all = *edit->arguments;

	all.n_words = 0;
	all.quiet = true;
	printf("/%s is there.\n", edit->path);
	if (view_take_with(&all, edit->policies, &before) != EXIT_OK ||
	    view_take_with(&all, set, &after) != EXIT_OK)
		return;
	if (print_changes(&before, &after) == 0)
		printf("Nothing is planned otherwise.\n");
	printf("It takes effect with \"daxbroker apply\" or \"systemctl reload "
	       "daxbrokerd\".\n");
}

static enum exit_code install(const struct edit *edit,
			      const struct policy_set *set, const char *text)
{
	int r = policy_text_write(edit->root_fd, edit->path, text);

	if (r < 0) {
		log_error("/%s cannot be written: %s", edit->path,
			  strerror(-r));
		return r == -EACCES || r == -EPERM ? EXIT_DENIED : EXIT_ERROR;
	}
	report_changes(edit, set);
	return EXIT_OK;
}

/* @first: what the editor began with, or NULL. */
static bool changes_nothing(const struct edit *edit, const char *first,
			    const char *text)
{
	return !*text || strcmp(text, edit->text ?: "") == 0 ||
	       (first && strcmp(text, first) == 0);
}

/* EXIT_POLICY: there are errors. */
static enum exit_code try(const struct edit *edit, const char *text)
{
	_cleanup_policy_set_ struct policy_set *set = NULL;
	const struct policy_draft draft = { edit->path, text, strlen(text) };
	enum exit_code status;

	if (draft.size > POLICY_FILE_SIZE_MAX) {
		log_error("it is larger than %d bytes", POLICY_FILE_SIZE_MAX);
		return EXIT_POLICY;
	}
	status = view_load_draft(edit->arguments, &draft, &set);
	if (status != EXIT_OK)
		return status;
	return has_errors(edit, set) ? EXIT_POLICY : install(edit, set, text);
}

static enum exit_code finish_page(const struct edit *edit, const char *first,
				  const char *text)
{
	enum exit_code status;

	if (changes_nothing(edit, first, text)) {
		log_info("nothing is changed");
		return EXIT_OK;
	}
	status = try(edit, text);
	if (status == EXIT_POLICY)
		log_error("with an error in it, it is not installed");
	return status;
}

/* Once; what comes of it is the next page. */
static enum exit_code edit_page(const struct edit *edit, const char *first,
				char **page)
{
	_cleanup_free_ char *text = NULL;
	enum exit_code status = edit->arguments->from_stdin
					? read_stdin(page)
					: ask_editor(edit, page);

	if (status != EXIT_OK)
		return status;
	text = take_page(*page);
	return text ? finish_page(edit, first, text) : EXIT_ERROR;
}

enum exit_code verb_edit(const struct arguments *arguments)
{
	_cleanup_(edit_done) struct edit edit = { .arguments = arguments,
						  .root_fd = -1 };
	_cleanup_free_ char *page = NULL, *first = NULL;
	enum exit_code status = start(&edit);

	if (status != EXIT_OK)
		return status;
	if (!arguments->from_stdin) {
		page = make_page(&edit);
		first = page ? take_page(page) : NULL;
		if (!first)
			return EXIT_ERROR;
	}
	do
		status = edit_page(&edit, first, &page);
	while (status == EXIT_POLICY && ask_again(&edit));
	return status;
}
