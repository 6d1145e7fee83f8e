#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: once topology=hmem timeout=240
# Broken policy files: a clear message with file and line, the exit status that
# says so, and no change to any device, whichever state it is in.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

load_dax
[ "$(dax_driver dax0.0)" = device_dax ] || dax_bind dax0.0 device_dax

GOOD=('[Match]' 'Device=*' '[Region]' 'Mode=system-ram' 'Zone=movable')

# reported PATTERN...: by check, explain and the daemon; nothing changes.
reported() {
	local pattern before
	before=$(state dax0.0)
	exits 4 daxbroker check
	for pattern; do
		says "$pattern"
	done
	exits 4 daxbrokerd --once
	for pattern; do
		says "$pattern"
	done
	exits 4 daxbroker plan
	expect 'dax0.0' "$before" "$(state dax0.0)"
	echo "ok: '$1' is reported and nothing changed"
	no_policies
}

# broken: a good policy that would switch, to which a broken one is added.
broken() {
	no_policies
	policy 50-good "${GOOD[@]}"
}

# First with the device in devdax, then as system-ram.
for _ in devdax system-ram; do
	broken
	policy 20-broken '[Match]' 'UUDI=1234' '[Region]' 'Mode=devdax'
	reported '20-broken.region:2:' UUDI 'UUID'

	broken
	policy 20-broken '[Match]' 'Device=*' '[Region]' 'Mode=ram'
	reported '20-broken.region:4:' ram

	broken
	policy 20-broken '[Match]' 'Device=*' '[Region' 'Mode=devdax'
	reported '20-broken.region:3:'

	broken
	policy 20-broken '[Match]' 'Device=*' '[Regoin]' 'Mode=devdax'
	reported '20-broken.region' Regoin

	broken
	head -c 4096 /dev/urandom >$ETC/20-broken.region
	reported '20-broken.region'

	broken
	{ printf '%s\n' "${GOOD[@]}"; head -c 10485760 /dev/zero | tr '\0' '#'; } \
		>$ETC/20-broken.region
	reported '20-broken.region' larger

	broken
	policy 20-broken '[Match]' 'Device=*' '[Region]' 'Mode=devdax'
	chmod 664 $ETC/20-broken.region
	reported '20-broken.region' writable

	broken
	policy 20-broken '[Match]' 'Device=*' '[Region]' 'Mode=devdax'
	chown 1000 $ETC/20-broken.region
	reported '20-broken.region' own

	broken
	ln -s /nowhere/at-all $ETC/20-broken.region
	reported '20-broken.region'

	broken
	mkfifo $ETC/20-broken.region
	reported '20-broken.region'

	broken
	mkdir -p $ETC/50-good.region.d
	printf '[Region]\nZone=moveable\n' >$ETC/50-good.region.d/10.conf
	reported '50-good.region.d/10.conf:2:' moveable

	# A broken file for another device stops nothing.
	broken
	policy 20-broken '[Match]' 'Device=dax7.*' '[Region]' 'Mode=nonsense'
	exits 4 daxbroker check
	exits 4 daxbrokerd --once
	is dax0.0 'kmem 8 online Movable'
	no_policies
done

# An unknown section is a warning: the file takes part.
policy 50-good "${GOOD[@]}" '[Fruit]' 'Colour=blue'
exits 0 daxbroker check
says '50-good.region:6:'
says Fruit
exits 0 daxbrokerd --once

for arguments in '--nonsense' 'surplus'; do
	exits 2 daxbrokerd $arguments
done
exits 2 daxbroker nonsense
exits 3 daxbroker show dax9.9
