// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/media-text.h"

#include <inttypes.h>
#include <string.h>

#include "basic/size.h"
#include "basic/text.h"

static char *copy(const char *text)
{
	return text ? strdup(text) : NULL;
}

static char *size_text(uint64_t size, bool bytes)
{
	char buf[SIZE_FORMAT_MAX];

	if (size == 0)
		return NULL;
	return bytes ? text_format("%" PRIu64, size)
		     : strdup(size_format(size, buf));
}

char *media_text_use(const struct media_use *use)
{
	const char *kind = media_use_name(use->kind);
	const char *dax = media_dax_name(use->dax);
	const char *type = use->type ? use->type : "";

	if (!use->type && !dax)
		return text_format("%s %s", kind, use->name);
	return text_format("%s %s (%s%s%s%s)", kind, use->name, type,
			   *type && dax ? ", " : "", dax ? "dax=" : "",
			   dax ? dax : "");
}

char *media_text_uses(const struct media *media)
{
	_cleanup_free_ char *text = NULL;

	for (size_t i = 0; i < media->n_uses; i++) {
		_cleanup_free_ char *use = media_text_use(&media->uses[i]);

		if (!use || text_add(&text, ", ", use) < 0)
			return NULL;
	}
	return TAKE_PTR(text);
}

static const char *mode_name(const struct media *media)
{
	switch (media->kind) {
	case MEDIA_MEMDEV:
		return "memdev";
	case MEDIA_DECODER:
		return "decoder";
	default:
		return media->mode;
	}
}

static char *node_text(const struct media *media)
{
	return media->target_node < 0 ? NULL
				      : text_format("%d", media->target_node);
}

static char *provider_text(const struct media *media)
{
	return strdup(media->kind == MEDIA_NAMESPACE ? "pmem" : "cxl");
}

char *media_text_column(const struct media *media, const char *column,
			bool bytes)
{
	if (strcmp(column, "DEVICE") == 0)
		return copy(media->name);
	if (strcmp(column, "PROVIDER") == 0)
		return provider_text(media);
	if (strcmp(column, "SIZE") == 0)
		return size_text(media->size, bytes);
	if (strcmp(column, "NODE") == 0)
		return node_text(media);
	if (strcmp(column, "MODE") == 0)
		return copy(mode_name(media));
	if (strcmp(column, "STATE") == 0)
		return media->disabled ? strdup("disabled") : NULL;
	if (strcmp(column, "ALIGN") == 0)
		return size_text(media->align, bytes);
	if (strcmp(column, "UUID") == 0)
		return copy(media->uuid);
	if (strcmp(column, "CONTENT") == 0)
		return copy(media->content);
	if (strcmp(column, "USED-BY") == 0)
		return media_text_uses(media);
	return NULL;
}
