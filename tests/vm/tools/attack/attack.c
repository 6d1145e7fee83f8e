// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An attacker with a shell account, for the cases in the guest:
 *   attack bus CONNECTIONS | descriptors N | mappings NODES | churn 0 |
 *          log PFN | files MIB
 * prints "ready" and goes on until it is killed.
 */
#include "attack/attack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static const struct {
	const char *name;
	int (*run)(int argument);
} attacks[] = {
	{ "bus", attack_bus },		 { "descriptors", attack_descriptors },
	{ "mappings", attack_mappings }, { "churn", attack_churn },
	{ "log", attack_log },		 { "files", attack_files },
};

unsigned int attack_random(unsigned int below)
{
	return (unsigned int)random() % below;
}

void attack_take_name(void)
{
	prctl(PR_SET_NAME, "\033[2J\n\xff\xc3 (x) R");
}

static int run(const char *name, int argument)
{
	for (size_t i = 0; i < sizeof(attacks) / sizeof(attacks[0]); i++)
		if (strcmp(attacks[i].name, name) == 0)
			return attacks[i].run(argument);
	fprintf(stderr, "attack: no attack '%s'\n", name);
	return 2;
}

int main(int argc, char **argv)
{
	const struct rlimit none = { 0, 0 };

	if (argc != 3) {
		fprintf(stderr, "usage: attack KIND ARGUMENT\n");
		return 2;
	}
	setrlimit(RLIMIT_CORE, &none);
	puts("ready");
	fflush(stdout);
	return run(argv[1], (int)strtol(argv[2], NULL, 0));
}
