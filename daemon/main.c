// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>

#include "basic/exit-codes.h"
#include "basic/log.h"
#include "basic/names.h"
#include "basic/run-dir.h"
#include "broker/event-loop.h"
#include "daemon/service.h"

struct arguments {
	bool once;
	bool unplug;
	const char *root; /* NULL: the running system */
};

static const struct option options[] = {
	{ "once", no_argument, NULL, 'o' },
	{ "unplug", no_argument, NULL, 'u' },
	{ "root", required_argument, NULL, 'r' },
	{ "log-level", required_argument, NULL, 'l' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ 0 },
};

static void print_help(void)
{
	printf("Usage: daxbrokerd [OPTION...]\n"
	       "Have each device-DAX device be what the policies decide.\n\n"
	       "      --once             decide and switch, then exit\n"
	       "      --unplug           take what is to be system-ram out, "
	       "then exit\n"
	       "      --root DIR         with --once or --unplug: below DIR, "
	       "for tests\n"
	       "      --log-level LEVEL  error, warning, info (the default) or "
	       "debug\n"
	       "      --help             print this\n"
	       "      --version          print the version\n\n"
	       "Exit status:\n");
	for (const struct exit_code_text *e = exit_code_texts; e->text; e++)
		if (e->code != EXIT_NOT_FOUND && e->code != EXIT_UNREACHABLE &&
		    e->code != EXIT_DENIED)
			printf("  %d  %s\n", e->code, e->text);
}

static int set_log_level(const char *name)
{
	static const struct {
		const char *name;
		int priority;
	} levels[] = {
		{ "error", LOG_ERR },
		{ "warning", LOG_WARNING },
		{ "info", LOG_INFO },
		{ "debug", LOG_DEBUG },
	};

	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		if (strcmp(name, levels[i].name) != 0)
			continue;
		log_set_max_level(levels[i].priority);
		return 0;
	}
	log_error("\"%s\" is no log level; see daxbrokerd --help", name);
	return -EINVAL;
}

/* Returns -1 to go on, or the exit status. */
static int parse_option(int c, struct arguments *arguments)
{
	switch (c) {
	case 'o':
		arguments->once = true;
		return -1;
	case 'u':
		arguments->once = arguments->unplug = true;
		return -1;
	case 'r':
		arguments->root = optarg;
		return -1;
	case 'l':
		return set_log_level(optarg) < 0 ? EXIT_USAGE : -1;
	case 'h':
		print_help();
		return EXIT_OK;
	case 'V':
		puts("daxbrokerd " PACKAGE_VERSION);
		return EXIT_OK;
	}
	return EXIT_USAGE; /* getopt_long() said why */
}

static int parse_arguments(int argc, char **argv, struct arguments *arguments)
{
	int c, status;

	while ((c = getopt_long(argc, argv, "h", options, NULL)) >= 0) {
		status = parse_option(c, arguments);
		if (status >= 0)
			return status;
	}
	if (optind < argc) {
		log_error("\"%s\": no arguments are taken; see daxbrokerd "
			  "--help",
			  argv[optind]);
		return EXIT_USAGE;
	}
	if (arguments->root && !arguments->once) {
		log_error("--root goes with --once or --unplug only");
		return EXIT_USAGE;
	}
	if (!arguments->root && geteuid() != 0) {
		log_error("daxbrokerd must run as root");
		return EXIT_ERROR;
	}
	return -1;
}

/* Two brokers would work against each other: returns the descriptor that holds
 * the lock; -EWOULDBLOCK; or another negative errno where no lock can be had.
 */
static int take_lock(int root_fd)
{
	_cleanup_close_ int fd =
		run_dir_open_file(root_fd, "lock", O_RDWR | O_CREAT);

	if (fd < 0)
		return fd;
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return -errno;
	return TAKE_FD(fd);
}

static int block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	signal(SIGPIPE, SIG_IGN);
	return sigprocmask(SIG_BLOCK, &set, NULL) < 0 ? -errno : 0;
}

static int run_broker(const struct arguments *arguments, int root_fd,
		      enum exit_code *ret)
{
	struct event_loop loop = { .root_fd = root_fd };
	const struct broker_interface interface = event_loop_interface(&loop);
	struct broker *broker = NULL;
	int r;

	r = block_signals();
	if (r >= 0)
		r = sd_event_new(&loop.event);
	if (r >= 0)
		r = broker_new(&interface, root_fd,
			       arguments->root ? getuid() : 0, &broker);
	if (r >= 0 && arguments->unplug)
		broker_unplug(broker);
	if (r >= 0)
		r = arguments->once ? service_run_once(loop.event, broker)
				    : service_run(loop.event, broker);
	if (r >= 0)
		*ret = arguments->once ? broker_exit_code(broker) : EXIT_OK;
	if (broker)
		broker_free(broker);
	sd_event_unref(loop.event);
	return r;
}

int main(int argc, char **argv)
{
	struct arguments arguments = { 0 };
	_cleanup_close_ int root_fd = -1, lock_fd = -1;
	enum exit_code status = EXIT_ERROR;
	int r;

	r = parse_arguments(argc, argv, &arguments);
	if (r >= 0)
		return r;
	root_fd = open(arguments.root ?: "/", O_DIRECTORY | O_CLOEXEC);
	if (root_fd < 0) {
		log_error("%s: %s", arguments.root ?: "/", strerror(errno));
		return EXIT_ERROR;
	}
	lock_fd = take_lock(root_fd);
	if (lock_fd == -EWOULDBLOCK) {
		log_error("Another daxbrokerd is at work; \"daxbroker apply\" "
			  "has it read the policies anew");
		return EXIT_ERROR;
	}
	if (lock_fd < 0) {
		log_error("There is no lock that keeps another daxbrokerd "
			  "away: " RUN_DIR "/lock: %s",
			  strerror(-lock_fd));
		return EXIT_ERROR;
	}
	r = run_broker(&arguments, root_fd, &status);
	if (r < 0)
		log_error("daxbrokerd fails: %s", strerror(-r));
	return status;
}
