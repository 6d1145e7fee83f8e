# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# For cases that kill the daemon, or its worker, at the points of a lease, one after
# the other: . /tests/vm/lib/lease-crash.sh, after lease.sh. They need a build with
# -Dcrash-hook=true.
#
# All but two memory blocks of the pool are one lease, which must not notice any of
# it. So each tenant gets the very memory that the one before has filled.

grep -q daxbroker/crash "$(command -v daxbrokerd)" ||
	fail 'daxbrokerd was built without -Dcrash-hook=true'

CRASH=/run/daxbroker/crash
CRASHED=/run/daxbroker/crashed
CELLS=0 STANDS=0 TOLD=0
NEIGHBOUR=

# A daemon that is killed again and again is started as often.
systemd_has_patience() {
	local unit=/run/systemd/system/daxbrokerd.service.d
	mkdir -p $unit
	printf '[Unit]\nStartLimitIntervalSec=0\n' >$unit/crash.conf
	systemctl daemon-reload
}

# Nobody but the neighbour has memory, and that of nobody is what it is while idle.
is_idle() {
	local bytes
	grants_are 1 && online_is "$IDLE_BLOCKS" || return 1
	read -r bytes <"$POOL_REGION/dax_region/available_size"
	[ "$bytes" = $(((2 - IDLE_BLOCKS) * BLOCK)) ]
}

# answered PID: it has its memory, or it has ended.
answered() {
	has_said crash ready || ! kill -0 "$1" 2>/dev/null
}

# begin_tenant: it is $TENANT; 1 where it was refused, as it is to be told.
begin_tenant() {
	local status=0
	tenant crash $((2 * BLOCK)) --wait 2min --zero -- "$TOOLS/lease-user" 600
	await 120 answered "$TENANT"
	kill -0 "$TENANT" 2>/dev/null && return
	wait "$TENANT" || status=$?
	[[ $status == @(5|7|8) ]] ||
		fail "$CELL: status $status: $(cat /run/tenant.crash)"
	echo "$CELL: status $status: $(cat /run/tenant.crash)"
	return 1
}

# end_tenant: its bytes were its own, and its memory is idle again.
end_tenant() {
	leaves "$TENANT" 0
	await 120 is_idle
}

# was_killed: nothing was, where there is no such point; else which is in $POINT.
was_killed() {
	if [ -e "$CRASH" ]; then
		rm "$CRASH"
		return 1
	fi
	read -r POINT <"$CRASHED"
	rm "$CRASHED"
}

# The last job may be about to say that it has ended.
is_settled() {
	# shellcheck disable=SC2034 # for nothing_left
	(MAY_BE_LEFT='/run/daxbroker/leases/*' nothing_left) 2>/dev/null
}

counted() {
	sound
	await 30 is_settled
	CELLS=$((CELLS + 1))
	echo "$CELL: killed at ${POINT% *}"
}

# killed_beginning N WHOM: there, while a lease begins; 1: there is no such point.
killed_beginning() {
	local stands=1
	CELL="$SHAPE, beginning, point $1, $2"
	echo "any $1 $2" >"$CRASH"
	begin_tenant || stands=
	was_killed || { end_tenant; return 1; }
	if [ -n "$stands" ]; then
		STANDS=$((STANDS + 1))
		end_tenant
	else
		TOLD=$((TOLD + 1))
		await 120 is_idle
	fi
	counted
}

killed_ending() {
	CELL="$SHAPE, ending, point $1, $2"
	begin_tenant || fail "$CELL: nothing was killed, and it has no memory"
	echo "any $1 $2" >"$CRASH"
	end_tenant
	was_killed || return 1
	counted
}

# is_daemon POINT: the daemon dies there, whichever is to be killed.
is_daemon() { [[ $1 == @(grant|granted|fifo|answered)\ * ]]; }

# points HOW FIRST STEP: each STEP'th from FIRST on, and each twice; with a STEP of
# more than 1 once, the worker in turn with both.
points() {
	local n turn=0 cells=$CELLS
	for ((n = $2; ; n += $3)); do
		if [ "$3" -gt 1 ]; then
			turn=$((1 - turn))
			"$1" $n "$([ $turn = 1 ] && echo both || echo worker)" || break
			continue
		fi
		"$1" $n worker || break
		is_daemon "$POINT" || "$1" $n both || break
	done
	echo "figure: $((CELLS - cells)) cells, $SHAPE, $1"
}

# lease_shape FIRST STEP IDLE SCRUB
lease_shape() {
	SHAPE="Idle=$3 Scrub=$4"
	pool cache Zone=movable "Idle=$3" "Scrub=$4"
	exits 0 daxbroker apply
	IDLE_BLOCKS=2
	[ "$3" = system-ram ] || IDLE_BLOCKS=0
	tenant neighbour $((6 * BLOCK)) --wait 2min -- "$TOOLS/lease-user" 6000
	NEIGHBOUR=$TENANT
	ready neighbour
	CELL=$SHAPE
	await 60 is_idle
	points killed_beginning "$1" "$2"
	points killed_ending "$1" "$2"
	leaves "$NEIGHBOUR" 0
	grep -q "$((6 * BLOCK)) bytes were its own" /run/tenant.neighbour ||
		fail "$(cat /run/tenant.neighbour)"
	await 60 grants_are 0
}

# crash_begin: once, before the shapes.
crash_begin() {
	POOL_REGION=$(dirname "$(readlink -f "$DAX/devices/dax0.0")")
	systemd_has_patience
}
