// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "basic/log.h"
#include "basic/open-below.h"
#include "cli/object.h"
#include "cli/policy-name.h"
#include "cli/policy-text.h"
#include "cli/terminal.h"
#include "cli/view.h"

/* Files are read again, below the directory that their names begin with. */
struct reader {
	int root_fd;
	size_t prefix;	    /* the length of what stands before it in a name */
	json_object *array; /* NULL: they are printed */
	size_t n_printed;
};

static void print_text(const struct reader *reader, const char *name,
		       const char *text)
{
	const size_t length = text ? strlen(text) : 0;

	printf("%s%s# %s%s\n", reader->n_printed ? "\n" : "",
	       terminal_start(TERMINAL_BOLD), name, terminal_end());
	if (text)
		fputs(text, stdout);
	else
		printf("# (it cannot be read)\n");
	if (length > 0 && text[length - 1] != '\n')
		putchar('\n');
}

static void add_text(const struct reader *reader, const char *name,
		     const char *policy, const char *text)
{
	json_object *object = json_object_new_object();

	object_add_string(object, "file", name);
	object_add_string(object, "policy", policy);
	object_add_string(object, "text", text);
	json_object_array_add(reader->array, object);
}

static void show_file(struct reader *reader, const struct policy_file *file)
{
	for (size_t i = 0; i < file->n_sources; i++) {
		const char *name = file->sources[i]->name;
		_cleanup_free_ char *text = policy_text_read(
			reader->root_fd, name + reader->prefix);

		if (reader->array)
			add_text(reader, name, policy_file_name(file), text);
		else
			print_text(reader, name, text);
		reader->n_printed++;
	}
}

/* There need not be any. */
static bool is_there(const struct reader *reader,
		     const struct policy_file *conf)
{
	_cleanup_close_ int fd =
		open_below(reader->root_fd,
			   policy_file_name(conf) + reader->prefix, O_PATH);

	return fd >= 0 || conf->n_sources > 1;
}

static enum exit_code show_all(struct reader *reader,
			       const struct policy_set *set)
{
	for (size_t i = 0; i < set->n_files; i++)
		show_file(reader, set->files[i]);
	if (is_there(reader, set->conf))
		show_file(reader, set->conf);
	return EXIT_OK;
}

static enum exit_code show_words(const struct arguments *arguments,
				 struct reader *reader,
				 const struct policy_set *set)
{
	enum exit_code status = EXIT_OK;

	for (size_t i = 0; i < arguments->n_words; i++) {
		const struct policy_file *file;
		enum exit_code found = policy_name_find(
			arguments, set, arguments->words[i], &file);

		if (found == EXIT_OK)
			show_file(reader, file);
		status = worse(status, found);
	}
	return status;
}

enum exit_code verb_cat(const struct arguments *arguments)
{
	_cleanup_policy_set_ struct policy_set *set = NULL;
	_cleanup_close_ int root_fd = -1;
	struct reader reader = { 0 };
	enum exit_code status;

	status = view_load_policies(arguments, &set);
	if (status != EXIT_OK)
		return status;
	root_fd = view_open_policies(arguments, &reader.prefix);
	if (root_fd < 0)
		return EXIT_ERROR;
	reader.root_fd = root_fd;
	if (arguments->json)
		reader.array = json_object_new_array();
	status = arguments->n_words ? show_words(arguments, &reader, set)
				    : show_all(&reader, set);
	if (reader.array) {
		json_object *top = json_object_new_object();

		object_add(top, "files", reader.array);
		object_print(top);
	}
	return status;
}
