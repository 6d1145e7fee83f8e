// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/host-fact.h"

#include <ctype.h>
#include <string.h>
#include <systemd/sd-id128.h>

#include "basic/cleanup.h"
#include "basic/nearest.h"
#include "basic/text.h"
#include "policy/complaint.h"
#include "policy/syntax/glob.h"

static const char *host_string(const struct policy_setting *setting,
			       const struct policy_subject *subject)
{
	return *(const char *const *)((const char *)subject + setting->offset);
}

static bool host_absent(const struct policy_setting *setting,
			const struct policy_subject *subject)
{
	return !host_string(setting, subject);
}

static char *host_describe(const struct policy_setting *setting,
			   const struct policy_subject *subject)
{
	return strdup(host_string(setting, subject));
}

/* 32 digits, also in the form of a UUID. */
static bool is_machine_id(const char *value)
{
	sd_id128_t id;

	return sd_id128_from_string(value, &id) >= 0;
}

static bool is_same_id(const char *a, const char *b)
{
	sd_id128_t one, other;

	return sd_id128_from_string(a, &one) >= 0 &&
	       sd_id128_from_string(b, &other) >= 0 &&
	       sd_id128_equal(one, other);
}

int host_fact_parse_host(const struct policy_setting *setting,
			 const char *value, _unused_ void *target,
			 char **ret_message)
{
	if (!strchr(value, '/'))
		return 0;
	return complaint_set(ret_message, setting, value,
			     "neither a host's name nor a machine ID");
}

static bool host_unknown(_unused_ const struct policy_setting *setting,
			 const struct policy_value *value,
			 const struct policy_subject *subject)
{
	return subject->unknown &
	       (is_machine_id(value->text) ? POLICY_UNKNOWN_MACHINE_ID
					   : POLICY_UNKNOWN_HOSTNAME);
}

static bool host_fits(_unused_ const struct policy_setting *setting,
		      const struct policy_value *value,
		      const struct policy_subject *subject)
{
	const struct policy_host *host = &subject->host;

	if (is_machine_id(value->text))
		return host->machine_id &&
		       is_same_id(value->text, host->machine_id);
	return host->name && glob_fits_any_case(value->text, host->name);
}

static bool name_absent(_unused_ const struct policy_setting *setting,
			const struct policy_subject *subject)
{
	return !subject->host.name && !subject->host.machine_id;
}

/* The machine ID is confidential. */
static char *name_describe(_unused_ const struct policy_setting *setting,
			   const struct policy_subject *subject)
{
	return strdup(subject->host.name ? subject->host.name
					 : "another machine ID");
}

const struct policy_fact policy_fact_host = {
	.absent = name_absent,
	.unknown = host_unknown,
	.fits = host_fits,
	.describe = name_describe,
};

/* What ConditionVirtualization= takes besides the names of technologies. */
static const char *const yes_words[] = { "1", "yes", "y", "true", "t", "on" };
static const char *const no_words[] = { "0", "no", "n", "false", "f", "off" };

/* systemd-detect-virt(1) */
static const char *const technologies[] = {
	"vm",	    "container", "qemu",   "kvm",
	"amazon",   "zvm",	 "vmware", "microsoft",
	"oracle",   "powervm",	 "xen",	   "bochs",
	"uml",	    "parallels", "bhyve",  "qnx",
	"acrn",	    "apple",	 "sre",	   "google",
	"vm-other", "openvz",	 "lxc",	   "lxc-libvirt",
	"docker",   "podman",	 "rkt",	   "systemd-nspawn",
	"wsl",	    "proot",	 "pouch",  "container-other",
};

/* uname(2)'s machines by their names in systemd.unit(5). */
static const char *const architectures[] = {
	"x86",	    "x86-64",	   "ppc",     "ppc-le",	  "ppc64",
	"ppc64-le", "ia64",	   "parisc",  "parisc64", "s390",
	"s390x",    "sparc",	   "sparc64", "mips",	  "mips-le",
	"mips64",   "mips64-le",   "alpha",   "arm",	  "arm-be",
	"arm64",    "arm64-be",	   "sh",      "sh64",	  "m68k",
	"tilegx",   "cris",	   "arc",     "arc-be",	  "riscv32",
	"riscv64",  "loongarch64",
};

static bool is_among(const char *const *words, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}

static bool is_yes(const char *word)
{
	return is_among(yes_words, ARRAY_SIZE(yes_words), word);
}

static bool is_no(const char *word)
{
	return is_among(no_words, ARRAY_SIZE(no_words), word);
}

/* A value that must be one of @words. */
static int parse_word(const struct policy_setting *setting, const char *value,
		      const char *const *words, size_t n, const char *what,
		      char **ret_message)
{
	struct nearest nearest;

	if (is_among(words, n, value))
		return 0;
	nearest_init(&nearest, value);
	for (size_t i = 0; i < n; i++)
		nearest_try(&nearest, words[i]);
	if (nearest.best)
		return complaint_set(ret_message, setting, value,
				     "there is no such %s; did you mean %s?",
				     what, nearest.best);
	return complaint_set(
		ret_message, setting, value,
		"there is no such %s; systemd.unit(5) has all of them", what);
}

int host_fact_parse_virtualization(const struct policy_setting *setting,
				   const char *value, _unused_ void *target,
				   char **ret_message)
{
	if (is_yes(value) || is_no(value))
		return 0;
	if (strcmp(value, "private-users") == 0)
		return complaint_set(
			ret_message, setting, value,
			"the daemon cannot run in a user namespace");
	return parse_word(setting, value, technologies,
			  ARRAY_SIZE(technologies), "virtualization",
			  ret_message);
}

static bool virtualization_fits(_unused_ const struct policy_setting *setting,
				const struct policy_value *value,
				const struct policy_subject *subject)
{
	const struct policy_host *host = &subject->host;
	bool any = strcmp(host->virtualization, "none") != 0;

	if (is_yes(value->text))
		return any;
	if (is_no(value->text))
		return !any;
	if (strcmp(value->text, "vm") == 0)
		return any && !host->container;
	if (strcmp(value->text, "container") == 0)
		return any && host->container;
	return strcmp(value->text, host->virtualization) == 0;
}

const struct policy_fact policy_fact_virtualization = {
	.absent = host_absent,
	.fits = virtualization_fits,
	.describe = host_describe,
};

int host_fact_parse_architecture(const struct policy_setting *setting,
				 const char *value, _unused_ void *target,
				 char **ret_message)
{
	if (strcmp(value, "native") == 0)
		return 0;
	return parse_word(setting, value, architectures,
			  ARRAY_SIZE(architectures), "architecture",
			  ret_message);
}

static bool architecture_fits(_unused_ const struct policy_setting *setting,
			      const struct policy_value *value,
			      const struct policy_subject *subject)
{
	const char *wanted = value->text;

	if (strcmp(wanted, "native") == 0)
		wanted = NATIVE_ARCHITECTURE;
	return strcmp(wanted, subject->host.architecture) == 0;
}

const struct policy_fact policy_fact_architecture = {
	.absent = host_absent,
	.fits = architecture_fits,
	.describe = host_describe,
};

int host_fact_parse_command_line(const struct policy_setting *setting,
				 const char *value, _unused_ void *target,
				 char **ret_message)
{
	if (*value != '=')
		return 0;
	return complaint_set(ret_message, setting, value,
			     "not an option such as quiet or console=ttyS0");
}

/* Cuts the next word off *text, as the kernel does: double quotes hold blanks
 * together and do not belong to it. NULL at the end. */
static char *take_option(char **text)
{
	char *word, *out, *p;
	bool quoted = false;

	word = *text;
	while (isspace((unsigned char)*word))
		word++;
	if (!*word)
		return NULL;
	for (p = out = word; *p && (quoted || !isspace((unsigned char)*p)); p++)
		if (*p == '"')
			quoted = !quoted;
		else
			*out++ = *p;
	*text = *p ? p + 1 : p;
	*out = '\0';
	return word;
}

/* "option" fits also where a value is assigned to it. */
static bool command_line_fits(_unused_ const struct policy_setting *setting,
			      const struct policy_value *value,
			      const struct policy_subject *subject)
{
	_cleanup_free_ char *copy = strdup(subject->host.command_line);
	size_t length = strlen(value->text);
	char *rest = copy, *word;

	while (copy && (word = take_option(&rest))) {
		if (strcmp(word, value->text) == 0)
			return true;
		if (!strchr(value->text, '=') &&
		    text_starts_with(word, value->text) && word[length] == '=')
			return true;
	}
	return false;
}

const struct policy_fact policy_fact_command_line = {
	.absent = host_absent,
	.fits = command_line_fits,
	.describe = host_describe,
};
