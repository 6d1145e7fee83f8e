// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "basic/names.h"
#include "basic/parse.h"
#include "cli/verb.h"
#include "lib/daxbroker.h"
#include "policy/use.h"

#define _cleanup_request_ _cleanup_(free_request)

static void free_request(struct daxbroker_request **request)
{
	daxbroker_request_free(*request);
}

static enum exit_code complain_usage(const char *option, const char *value,
				     const char *form)
{
	log_error("--%s=%s is no %s", option, value, form);
	return EXIT_USAGE;
}

static enum exit_code set_align(struct daxbroker_request *request,
				const char *text)
{
	uint64_t align;

	if (text && (parse_size(text, &align) < 0 || align == 0 ||
		     daxbroker_request_set_align(request, align) < 0))
		return complain_usage("align", text,
				      "power of two such as 4K, 2M or 1G");
	return EXIT_OK;
}

static enum exit_code set_node(struct daxbroker_request *request,
			       const char *text)
{
	int node;

	if (text && (parse_int(text, &node) < 0 || node < 0 ||
		     daxbroker_request_set_node(request, node) < 0))
		return complain_usage("node", text,
				      "number of a NUMA node such as 2");
	return EXIT_OK;
}

static enum exit_code set_name(struct daxbroker_request *request,
			       const char *text)
{
	if (text && daxbroker_request_set_name(request, text) < 0)
		return complain_usage("name", text, "name");
	return EXIT_OK;
}

static enum exit_code set_wait(struct daxbroker_request *request,
			       const char *text)
{
	uint64_t ms;

	if (text && policy_use_parse_time(text, &ms) < 0)
		return complain_usage("wait", text,
				      "time such as 30s, 5min or infinity");
	if (text)
		daxbroker_request_set_wait(
			request, ms == POLICY_FOREVER || ms > UINT64_MAX / 1000
					 ? DAXBROKER_FOREVER
					 : ms * 1000);
	return EXIT_OK;
}

static enum exit_code new_request(const struct arguments *arguments,
				  struct daxbroker_request **ret)
{
	enum exit_code status;
	uint64_t size;

	if (!arguments->pool || !arguments->size) {
		log_error("which memory? --pool and --size are needed");
		return EXIT_USAGE;
	}
	if (parse_size(arguments->size, &size) < 0 ||
	    daxbroker_request_new(arguments->pool, size, ret) < 0)
		return complain_usage("size", arguments->size,
				      "size such as 16G");
	daxbroker_request_set_zero(*ret, arguments->zero);
	daxbroker_request_set_revocable(*ret, arguments->revocable);
	daxbroker_request_set_path(*ret, arguments->path);
	status = set_align(*ret, arguments->align);
	if (status == EXIT_OK)
		status = set_node(*ret, arguments->node);
	if (status == EXIT_OK)
		status = set_name(*ret, arguments->name);
	if (status == EXIT_OK)
		status = set_wait(*ret, arguments->wait);
	return status;
}

/* What an error means, and what to do about it. */
static const struct {
	int error;
	enum exit_code status;
	const char *hint;
} errors[] = {
	{ -EINVAL, EXIT_USAGE, "" },
	{ -ENOENT, EXIT_NOT_FOUND,
	  "; a policy has Mode=pool and [Pool] for each pool" },
	{ -EDQUOT, EXIT_REFUSED,
	  "; \"daxbroker lease list\" shows who has it" },
	{ -EOPNOTSUPP, EXIT_REFUSED, "; without --path it takes any driver" },
	{ -EBUSY, EXIT_REFUSED, "; --wait waits until it can be had" },
	{ -ETIMEDOUT, EXIT_PENDING, "; --wait may be longer" },
	{ -EPERM, EXIT_DENIED, "" }, /* the daemon says who may */
	{ -EHOSTDOWN, EXIT_UNREACHABLE, "" },
	{ -ENOMEM, EXIT_ERROR, "" },
};

static enum exit_code complain(int r, const char *message)
{
	enum exit_code status = EXIT_UNREACHABLE;
	const char *hint = "";
	size_t length;

	for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
		if (errors[i].error == r) {
			status = errors[i].status;
			hint = errors[i].hint;
		}
	}
	if (r == -ENOENT) /* the bus knows no more than a path */
		message = "there is no such pool";
	message = message ?: strerror(-r);
	length = strlen(message);
	/* Sentences of the daemon's, of which this is one. */
	if (length > 0 && message[length - 1] == '.' && *hint)
		length--;
	log_error("no memory was leased: %.*s%s", (int)length, message, hint);
	return status;
}

/* The command finds them from 3 on. What has these numbers here is this
 * program's own. */
static int pass(const struct daxbroker_lease *lease)
{
	const int first = SD_LISTEN_FDS_START;
	int device, fifo;

	device = fcntl(daxbroker_lease_get_device_fd(lease), F_DUPFD_CLOEXEC,
		       first + 2);
	fifo = fcntl(daxbroker_lease_get_lease_fd(lease), F_DUPFD_CLOEXEC,
		     first + 2);
	if (device < 0 || fifo < 0 || dup2(device, first) < 0 ||
	    dup2(fifo, first + 1) < 0)
		return -errno;
	return 0;
}

/* One that was asked for with a path has it by now. */
static int set_environment(const struct daxbroker_lease *lease)
{
	const char *path = daxbroker_lease_get_path(lease);
	char pid[16], device[32];

	snprintf(pid, sizeof(pid), "%d", getpid());
	snprintf(device, sizeof(device), "/dev/fd/%d", SD_LISTEN_FDS_START);
	return setenv("LISTEN_PID", pid, 1) < 0 ||
			       setenv("LISTEN_FDS", "2", 1) < 0 ||
			       setenv("LISTEN_FDNAMES",
				      LEASE_FD_DEVICE ":" LEASE_FD_LEASE,
				      1) < 0 ||
			       unsetenv("LISTEN_PIDFDID") < 0 ||
			       setenv("DAXBROKER_DEVICE", *path ? path : device,
				      1) < 0 ||
			       setenv("DAXBROKER_LEASE",
				      daxbroker_lease_get_id(lease), 1) < 0 ||
			       setenv("DAXBROKER_INCARNATION",
				      daxbroker_lease_get_incarnation(lease),
				      1) < 0
		       ? -errno
		       : 0;
}

/* Does not come back, unless it failed; the lease ends with this process then.
 */
static enum exit_code run(const struct daxbroker_lease *lease, char **command)
{
	int r = set_environment(lease);

	if (r >= 0)
		r = pass(lease);
	if (r >= 0) {
		execvp(command[0], command);
		r = -errno;
	}
	log_error("%s cannot be executed: %s", command[0], strerror(-r));
	return EXIT_ERROR;
}

enum exit_code verb_lease_run(const struct arguments *arguments)
{
	_cleanup_request_ struct daxbroker_request *request = NULL;
	_cleanup_free_ char *message = NULL;
	struct daxbroker_lease *lease;
	enum exit_code status = new_request(arguments, &request);
	int r;

	if (status != EXIT_OK)
		return status;
	r = daxbroker_acquire(request, &lease, &message);
	if (r < 0)
		return complain(r, message);
	return run(lease, arguments->words);
}
