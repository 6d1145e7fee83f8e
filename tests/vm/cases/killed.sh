#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=in-tree,daxbroker once topology=hmem timeout=300
# The daemon, its worker or both are killed at random moments of a switch: the
# next start brings the device where it shall be, nothing is lost, and the
# kernel's own setting is what it was.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

AUTO=/sys/devices/system/memory/auto_online_blocks
ROUNDS=24
VICTIMS=(daemon worker both)

load_dax
[ "$(dax_driver dax0.0)" = device_dax ] || dax_bind dax0.0 device_dax
auto=$(cat $AUTO)
hits=0

# kill_named PATTERN: SIGKILL to all processes so named; fails if there is none.
kill_named() {
	local path name status=1
	for path in /proc/[0-9]*; do
		read -r name 2>/dev/null <"$path/comm" || continue
		# shellcheck disable=SC2053 # PATTERN is a pattern
		[[ $name == $1 ]] || continue
		! kill -9 "${path##*/}" 2>/dev/null || status=0
	done
	return $status
}

# kill_in MILLISECONDS WHOM
kill_in() {
	sleep "$(awk -v ms="$1" 'BEGIN { print ms / 1000 }')"
	case $2 in
	daemon) kill_named daxbrokerd ;;
	worker) kill_named daxbroker-job ;;
	both) kill_named 'daxbroker*' ;;
	esac
}

for ((round = 0; round < ROUNDS; round++)); do
	case $((round % 4)) in
	0) wanted='kmem 8 online Movable'; decide system-ram Zone=movable ;;
	2) wanted='kmem 8 online Normal'; decide system-ram Zone=kernel ;;
	*) wanted=device_dax; decide devdax ;;
	esac
	whom=${VICTIMS[round % 3]}
	daxbrokerd --once >/run/log 2>&1 &
	pid=$!
	kill_in $((RANDOM % 250)) "$whom" && hits=$((hits + 1))
	wait $pid || true
	echo "round $round: after killing $whom: $(state dax0.0)," \
		"auto_online_blocks $(cat $AUTO)"
	exits 0 daxbrokerd --once
	is dax0.0 "$wanted"
	expect auto_online_blocks "$auto" "$(cat $AUTO)"
	[ ! -e /run/daxbroker/auto-online-blocks ] || fail 'the note is left'
done
echo "figure: $hits of $ROUNDS kills met a running process"
[ "$hits" -gt 0 ] || fail 'no kill met anything'
decide devdax
exits 0 daxbrokerd --once
hold map dax0.0
let_go
