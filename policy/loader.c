// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/loader.h"

#include <errno.h>

#include "basic/names.h"
#include "basic/text.h"
#include "policy/parser.h"
#include "policy/syntax/entries.h"
#include "policy/syntax/trusted.h"

#define DROPIN_SUFFIX ".conf"

const char *const policy_directories[] = {
	POLICY_DIR_ETC,
	POLICY_DIR_RUN,
	POLICY_DIR_USR,
};

int policy_loader_read(const struct policy_loader *loader, const char *path,
		       struct policy_file *file, struct policy_source *source)
{
	_cleanup_free_ char *text = NULL, *fault = NULL;
	size_t size = 0;
	int r;

	r = trusted_read(loader->root_fd, path, loader->trusted_uid,
			 POLICY_FILE_SIZE_MAX, &text, &size, &fault);
	if (r == -EINVAL)
		r = policy_file_report_fault(file, source, fault);
	else if (r > 0)
		r = policy_parser_parse(file, source, text, size);
	else
		return r;
	return r < 0 ? r : 1;
}

static int add_source(struct policy_file *file, const char *path,
		      struct policy_source **ret)
{
	_cleanup_free_ char *name = text_format("/%s", path);

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

	r = entries_add(dropins, loader->root_fd, path, DROPIN_SUFFIX,
			loader->trusted_uid, &fault);
	if (r != -EINVAL)
		return r;
	r = add_source(file, path, &source);
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

	for (size_t i = 0; i < ARRAY_SIZE(policy_directories); i++) {
		_cleanup_free_ char *path = NULL;

		if (loader->faulty[i])
			continue;
		path = text_format("%s/%s" POLICY_DROPIN_DIR_SUFFIX,
				   policy_directories[i], name);
		if (!path)
			return -ENOMEM;
		r = add_dropin_directory(loader, path, file, &dropins);
		if (r < 0)
			return r;
	}
	entries_sort(&dropins);
	for (size_t i = 0; i < dropins.n_items; i++) {
		r = add_source(file, dropins.items[i].path, &source);
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
	for (size_t i = 0; i < ARRAY_SIZE(policy_directories); i++) {
		struct policy_source *source = conf->sources[0];
		_cleanup_free_ char *path = NULL, *name = NULL;
		int r;

		path = text_format("%s/" POLICY_CONF, policy_directories[i]);
		name = text_format("/%s/" POLICY_CONF, policy_directories[i]);
		if (!path || !name)
			return -ENOMEM;
		free(source->name);
		source->name = TAKE_PTR(name);
		if (loader->faulty[i]) {
			conf->limits.fault =
				text_format("%s: its directory cannot be used",
					    source->name);
			return conf->limits.fault ? 0 : -ENOMEM;
		}
		if (!trusted_exists(loader->root_fd, path))
			continue;
		r = policy_loader_read(loader, path, conf, source);
		return r < 0 ? r : 0;
	}
	return 0;
}
