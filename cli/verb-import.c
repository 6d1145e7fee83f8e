// SPDX-License-Identifier: GPL-2.0-or-later
/* From the configuration of other programs to policies: of daxctl's. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "basic/log.h"
#include "basic/names.h"
#include "basic/open-below.h"
#include "basic/text.h"
#include "cli/daxctl-conf.h"
#include "cli/object.h"
#include "cli/policy-text.h"
#include "cli/text-file.h"
#include "cli/view.h"
#include "policy/syntax/entries.h"

#define CONF "etc/daxctl.conf"
#define CONF_SUFFIX ".conf"
#define RULE "90-daxctl-device.rules"

struct import {
	const struct arguments *arguments;
	struct daxctl_conf conf;
	int target;	    /* where files are written; -1: they are printed */
	const char *prefix; /* of their names there */
	json_object *moved; /* NULL: in lines */
	json_object *left;
	size_t n_printed;
};

static enum exit_code add_text(struct daxctl_conf *conf, const char *name,
			       int error, const char *text)
{
	if (error == 0)
		error = daxctl_conf_add(conf, name, text, strlen(text));
	if (error == 0)
		return EXIT_OK;
	log_error("%s: %s", name, strerror(-error));
	return EXIT_ERROR;
}

/* Those that the command line names. */
static enum exit_code read_named(struct import *import)
{
	enum exit_code status = EXIT_OK;

	for (size_t i = 1; i < import->arguments->n_words; i++) {
		const char *name = import->arguments->words[i];
		_cleanup_free_ char *text = NULL;
		size_t size;
		int r = text_file_read(name, &text, &size);

		status = worse(status, add_text(&import->conf,
						text_file_name(name), r, text));
	}
	return status;
}

static enum exit_code read_below(struct import *import, int root_fd,
				 const char *path)
{
	_cleanup_free_ char *name = text_format("/%s", path);
	_cleanup_free_ char *text = policy_text_read(root_fd, path);

	if (!name)
		return EXIT_ERROR;
	return add_text(&import->conf, name, text ? 0 : -EIO, text);
}

/* /etc/daxctl.conf, and what is in /etc/daxctl.conf.d. */
static enum exit_code read_installed(struct import *import)
{
	_cleanup_close_ int root_fd = view_open_root(import->arguments);
	_cleanup_entries_ struct entries files = { NULL };
	_cleanup_free_ char *fault = NULL;
	_cleanup_close_ int conf = -1;
	enum exit_code status = EXIT_OK;

	if (root_fd < 0)
		return EXIT_ERROR;
	conf = open_below(root_fd, CONF, O_PATH);
	if (conf >= 0)
		status = read_below(import, root_fd, CONF);
	if (entries_add(&files, root_fd, CONF ".d", CONF_SUFFIX,
			view_trusted_uid(import->arguments, root_fd),
			&fault) < 0) {
		log_error("/" CONF ".d %s", fault ? fault : "cannot be read");
		return EXIT_ERROR;
	}
	entries_sort(&files);
	for (size_t i = 0; i < files.n_items; i++)
		status = worse(status, read_below(import, root_fd,
						  files.items[i].path));
	return status;
}

static bool exists(int directory, const char *path)
{
	_cleanup_close_ int fd =
		open_below(directory, path, O_PATH | O_NOFOLLOW);

	return fd >= 0;
}

static enum exit_code write_policy(const struct import *import,
				   const char *path, const char *text)
{
	int r = -EEXIST;

	/* What is there may be the person's own. */
	if (!exists(import->target, path))
		r = policy_text_write(import->target, path, text);
	if (r == 0)
		return EXIT_OK;
	log_error("%s%s: %s", import->prefix, path, strerror(-r));
	return r == -EACCES || r == -EPERM ? EXIT_DENIED : EXIT_ERROR;
}

static void report_moved(struct import *import,
			 const struct daxctl_section *section, const char *path,
			 const char *text)
{
	_cleanup_free_ char *file = text_format("%s%s", import->prefix, path);

	if (import->moved) {
		json_object *object = json_object_new_object();

		object_add_string(object, "file", file);
		object_add_string(object, "text", text);
		object_add_string(object, "source", section->file);
		object_add_known(object, "line", section->line);
		object_add_bool(object, "written", import->target >= 0);
		json_object_array_add(import->moved, object);
	} else if (import->target >= 0) {
		printf("%s\n", file);
	} else {
		printf("%s# %s\n%s", import->n_printed++ ? "\n" : "", file,
		       text);
	}
}

static enum exit_code move(struct import *import,
			   const struct daxctl_section *section)
{
	_cleanup_free_ char *name = daxctl_conf_name(section);
	_cleanup_free_ char *text = daxctl_conf_policy(section);
	_cleanup_free_ char *path = NULL;
	enum exit_code status = EXIT_OK;

	if (name)
		path = import->arguments->directory
			       ? strdup(name)
			       : text_format(POLICY_DIR_ETC "/%s", name);
	if (!text || !path)
		return EXIT_ERROR;
	if (import->target >= 0)
		status = write_policy(import, path, text);
	if (status == EXIT_OK)
		report_moved(import, section, path, text);
	return status;
}

/* What no policy says is left to the person. */
static enum exit_code leave(struct import *import,
			    const struct daxctl_section *section)
{
	if (import->left) {
		json_object *object = json_object_new_object();

		object_add_string(object, "source", section->file);
		object_add_known(object, "line", section->line);
		object_add_string(object, "section", section->header);
		object_add_string(object, "message", section->fault);
		json_object_array_add(import->left, object);
	} else {
		log_warning("%s:%u: [%s] is not moved: %s", section->file,
			    section->line, section->header, section->fault);
	}
	return EXIT_POLICY;
}

static enum exit_code move_all(struct import *import)
{
	enum exit_code status = EXIT_OK;

	for (size_t i = 0; i < import->conf.n_sections; i++) {
		const struct daxctl_section *section =
			&import->conf.sections[i];

		status = worse(status, section->fault ? leave(import, section)
						      : move(import, section));
	}
	return status;
}

static void advise(const struct import *import)
{
	if (import->moved)
		return;
	log_info("once they are in place, \"daxbroker check\" and \"daxbroker "
		 "plan\" say what they do");
	log_info(
		"then remove the sections from daxctl's files: it acts at boot "
		"as well (" RULE "); as it does, Persistent=overwrite gives up "
		"what is stored there");
}

static enum exit_code open_target(struct import *import)
{
	const struct arguments *arguments = import->arguments;

	import->prefix = "/";
	if (arguments->directory) {
		struct arguments there = { .root = arguments->directory };

		import->prefix = "";
		import->target = view_open_root(&there);
	} else if (arguments->write) {
		import->target = view_open_root(arguments);
	} else {
		return EXIT_OK;
	}
	return import->target < 0 ? EXIT_ERROR : EXIT_OK;
}

static enum exit_code read_all(struct import *import)
{
	enum exit_code status = import->arguments->n_words > 1
					? read_named(import)
					: read_installed(import);

	if (status == EXIT_OK && daxctl_conf_finish(&import->conf) < 0)
		return EXIT_ERROR;
	if (status == EXIT_OK && import->conf.n_sections == 0) {
		log_error("daxctl is not configured: no section in /" CONF
			  " or /" CONF ".d");
		return EXIT_NOT_FOUND;
	}
	return status;
}

static void print_json(struct import *import)
{
	json_object *top = json_object_new_object();

	object_add(top, "policies", import->moved);
	object_add(top, "left", import->left);
	object_print(top);
}

static enum exit_code run(struct import *import)
{
	enum exit_code status = open_target(import);

	if (status == EXIT_OK)
		status = read_all(import);
	if (status != EXIT_OK)
		return status;
	if (import->arguments->json) {
		import->moved = json_object_new_array();
		import->left = json_object_new_array();
	}
	status = move_all(import);
	if (import->moved)
		print_json(import);
	advise(import);
	return status;
}

enum exit_code verb_import(const struct arguments *arguments)
{
	struct import import = { .arguments = arguments, .target = -1 };
	enum exit_code status;

	if (strcmp(arguments->words[0], "daxctl") != 0) {
		log_error("nothing is known of %s's configuration, only of "
			  "daxctl's",
			  arguments->words[0]);
		return EXIT_USAGE;
	}
	status = run(&import);
	if (import.target >= 0)
		close(import.target);
	daxctl_conf_done(&import.conf);
	return status;
}
