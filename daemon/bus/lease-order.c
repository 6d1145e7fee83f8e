// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/bus/lease-order.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/text.h"

/* No page of a mapping is smaller. */
#define PAGE_SIZE_MIN 4096

static const struct {
	const char *name, *type;
	size_t offset; /* in struct lease_order */
} options[] = {
	{ "align", "t", offsetof(struct lease_order, align) },
	{ "node", "i", offsetof(struct lease_order, node) },
	{ "name", "s", offsetof(struct lease_order, name) },
	{ "wait", "t", offsetof(struct lease_order, wait) },
	{ "zero", "b", offsetof(struct lease_order, zero) },
	{ "revocable", "b", offsetof(struct lease_order, revocable) },
	{ "path", "b", offsetof(struct lease_order, path) },
};

static int refuse(sd_bus_error *error, const char *option, const char *why)
{
	char excerpt[TEXT_EXCERPT_MAX];

	return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
				 "Option \"%s\": %s.",
				 text_excerpt(option, excerpt), why);
}

/* The form of a NodeName= without %n. */
static int read_name(sd_bus_message *message, char name[POLICY_NAME_MAX],
		     sd_bus_error *error)
{
	const char *text;
	int r;

	r = sd_bus_message_read(message, "s", &text);
	if (r < 0)
		return r;
	if (*text && !policy_use_is_name(text))
		return refuse(error, "name",
			      "a name has letters, digits, '_', '.' and '-', "
			      "the first a letter, and is not long");
	strcpy(name, text);
	return 0;
}

static int read_flag(sd_bus_message *message, bool *ret)
{
	int flag, r = sd_bus_message_read(message, "b", &flag);

	if (r >= 0)
		*ret = flag;
	return r;
}

/* What it is is what the table says. */
static int read_value(sd_bus_message *message, size_t i,
		      struct lease_order *order, sd_bus_error *error)
{
	void *value = (char *)order + options[i].offset;

	switch (options[i].type[0]) {
	case 's':
		return read_name(message, value, error);
	case 'b':
		return read_flag(message, value);
	default:
		return sd_bus_message_read_basic(message, options[i].type[0],
						 value);
	}
}

static size_t find_option(const char *name)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(options) && strcmp(options[i].name, name) != 0)
		i++;
	return i;
}

/* One entry; @seen has a bit for each option that was there. */
static int read_option(sd_bus_message *message, unsigned int *seen,
		       struct lease_order *order, sd_bus_error *error)
{
	const char *name, *type;
	size_t i;
	int r;

	r = sd_bus_message_read(message, "s", &name);
	if (r < 0)
		return r;
	i = find_option(name);
	if (i == ARRAY_SIZE(options))
		return refuse(error, name, "there is none of that name");
	if (*seen & 1U << i)
		return refuse(error, name, "it is there twice");
	*seen |= 1U << i;
	r = sd_bus_message_peek_type(message, NULL, &type);
	if (r >= 0 && strcmp(type, options[i].type) != 0)
		return refuse(error, name, "its type is another one");
	if (r >= 0)
		r = sd_bus_message_enter_container(message, 'v', type);
	if (r >= 0)
		r = read_value(message, i, order, error);
	return r < 0 ? r : sd_bus_message_exit_container(message);
}

static int read_options(sd_bus_message *message, struct lease_order *order,
			sd_bus_error *error)
{
	unsigned int seen = 0;
	int r;

	r = sd_bus_message_enter_container(message, 'a', "{sv}");
	while (r >= 0 &&
	       (r = sd_bus_message_enter_container(message, 'e', "sv")) > 0) {
		r = read_option(message, &seen, order, error);
		if (r >= 0)
			r = sd_bus_message_exit_container(message);
	}
	return r < 0 ? r : sd_bus_message_exit_container(message);
}

static bool is_alignment(uint64_t align)
{
	return align == 0 ||
	       (align >= PAGE_SIZE_MIN && (align & (align - 1)) == 0);
}

/* Numbers that make no sense on any machine. */
static int judge(const struct lease_order *order, sd_bus_error *error)
{
	if (order->size == 0 || order->size > INT64_MAX)
		return sd_bus_error_set(error, SD_BUS_ERROR_INVALID_ARGS,
					"Nothing has that size.");
	if (!is_alignment(order->align))
		return refuse(error, "align", "it is the size of no page");
	if (order->node < -1)
		return refuse(error, "node", "no node has that number");
	if (order->wait > LEASE_ORDER_USEC_MAX && order->wait != UINT64_MAX)
		return refuse(error, "wait", "nobody can wait so long");
	return 0;
}

int lease_order_read(sd_bus_message *message, struct lease_order *ret,
		     sd_bus_error *error)
{
	struct lease_order order = { .node = -1 };
	int r;

	r = sd_bus_message_read(message, "t", &order.size);
	if (r >= 0)
		r = read_options(message, &order, error);
	if (r >= 0)
		r = judge(&order, error);
	if (r < 0)
		return r;
	*ret = order;
	return 0;
}
