// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/loader.h"

#include <errno.h>
#include <string.h>

#include "basic/names.h"
#include "basic/text.h"
#include "policy/parser.h"
#include "policy/syntax/entries.h"
#include "policy/syntax/trusted.h"

#define DROPIN_SUFFIX ".conf"

void policy_loader_init(struct policy_loader *loader,
			const struct policy_search *search)
{
	static const char *const usual[POLICY_DIRECTORIES] = {
		POLICY_DIR_ETC,
		POLICY_DIR_RUN,
		POLICY_DIR_USR,
	};
	static const char *const here[] = { "." };

	*loader = (struct policy_loader){
		.search = search,
		.directories = search->flat ? here : usual,
		.n_directories = search->flat ? 1 : ARRAY_SIZE(usual),
	};
}

char *policy_loader_name(const struct policy_loader *loader, const char *path)
{
	const char *prefix = loader->search->prefix;

	return text_format("%s%s", prefix ? prefix : "/",
			   text_starts_with(path, "./") ? path + 2 : path);
}

static bool is_draft(const struct policy_loader *loader, const char *path)
{
	const struct policy_draft *draft = loader->search->draft;

	return draft && strcmp(draft->path, path) == 0;
}

/* The draft's name, if it is one of @directory. */
static const char *draft_name(const struct policy_loader *loader,
			      const char *directory)
{
	const struct policy_draft *draft = loader->search->draft;
	size_t length = strlen(directory);

	if (!draft || !text_starts_with(draft->path, directory) ||
	    draft->path[length] != '/' || strchr(draft->path + length + 1, '/'))
		return NULL;
	return draft->path + length + 1;
}

int policy_loader_find(const struct policy_loader *loader,
		       const char *directory, const char *suffix,
		       struct entries *entries, char **ret_fault)
{
	const struct policy_search *search = loader->search;
	const char *draft = draft_name(loader, directory);

	if (draft && text_ends_with(draft, suffix)) {
		int r = entries_add_name(entries, directory, draft);

		if (r < 0)
			return r;
	}
	return entries_add(entries, search->root_fd, directory, suffix,
			   search->trusted_uid, ret_fault);
}

/* As trusted_read(). */
static int read_text(const struct policy_loader *loader, const char *path,
		     char **ret_text, size_t *ret_size, char **ret_fault)
{
	const struct policy_search *search = loader->search;

	if (!is_draft(loader, path))
		return trusted_read(search->root_fd, path, search->trusted_uid,
				    POLICY_FILE_SIZE_MAX, ret_text, ret_size,
				    ret_fault);
	if (search->draft->size == 0)
		return 0;
	*ret_text = strndup(search->draft->text, search->draft->size);
	*ret_size = search->draft->size;
	return *ret_text ? 1 : -ENOMEM;
}

int policy_loader_read(const struct policy_loader *loader, const char *path,
		       struct policy_file *file, struct policy_source *source)
{
	_cleanup_free_ char *text = NULL, *fault = NULL;
	size_t size = 0;
	int r;

	r = read_text(loader, path, &text, &size, &fault);
	if (r == -EINVAL)
		r = policy_file_report_fault(file, source, fault);
	else if (r > 0)
		r = policy_parser_parse(file, source, text, size);
	else
		return r;
	return r < 0 ? r : 1;
}

static int add_source(const struct policy_loader *loader,
		      struct policy_file *file, const char *path,
		      struct policy_source **ret)
{
	_cleanup_free_ char *name = policy_loader_name(loader, path);

	if (!name)
		return -ENOMEM;
	return policy_file_add_source(file, name, ret);
}

static int add_dropin_directory(const struct policy_loader *loader,
				const char *path, struct policy_file *file,
				struct entries *dropins)
{
	_cleanup_free_ char *fault = NULL;
	struct policy_source *source;
	int r;

	r = policy_loader_find(loader, path, DROPIN_SUFFIX, dropins, &fault);
	if (r != -EINVAL)
		return r;
	r = add_source(loader, file, path, &source);
	if (r < 0)
		return r;
	return policy_file_report_fault(file, source, fault);
}

int policy_loader_read_dropins(const struct policy_loader *loader,
			       const char *name, struct policy_file *file)
{
	_cleanup_entries_ struct entries dropins = { NULL };
	struct policy_source *source;
	int r;

	for (size_t i = 0; i < loader->n_directories; i++) {
		_cleanup_free_ char *path = NULL;

		if (loader->faulty[i])
			continue;
		path = text_format("%s/%s" POLICY_DROPIN_DIR_SUFFIX,
				   loader->directories[i], name);
		if (!path)
			return -ENOMEM;
		r = add_dropin_directory(loader, path, file, &dropins);
		if (r < 0)
			return r;
	}
	entries_sort(&dropins);
	for (size_t i = 0; i < dropins.n_items; i++) {
		r = add_source(loader, file, dropins.items[i].path, &source);
		if (r < 0)
			return r;
		r = policy_loader_read(loader, dropins.items[i].path, file,
				       source);
		if (r < 0)
			return r;
		if (r == 0) /* a mask */
			policy_file_drop_source(file);
	}
	return 0;
}

int policy_loader_read_conf(const struct policy_loader *loader,
			    struct policy_file *conf)
{
	for (size_t i = 0; i < loader->n_directories; i++) {
		struct policy_source *source = conf->sources[0];
		_cleanup_free_ char *path = NULL, *name = NULL;
		int r;

		path = text_format("%s/" POLICY_CONF, loader->directories[i]);
		name = path ? policy_loader_name(loader, path) : NULL;
		if (!name)
			return -ENOMEM;
		free(source->name);
		source->name = TAKE_PTR(name);
		if (loader->faulty[i]) {
			conf->limits.fault =
				text_format("%s: its directory cannot be used",
					    source->name);
			return conf->limits.fault ? 0 : -ENOMEM;
		}
		if (!is_draft(loader, path) &&
		    !trusted_exists(loader->search->root_fd, path))
			continue;
		r = policy_loader_read(loader, path, conf, source);
		return r < 0 ? r : 0;
	}
	return 0;
}
