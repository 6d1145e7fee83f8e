#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: long modules=in-tree,daxbroker once topology=pool setup timeout=3000
# Leases come and go, and the client, the daemon or its worker is killed at random
# times: each tenant reads nothing but zeros and keeps what it wrote, and in the end
# no byte is lost. The arguments are the number of cycles and a seed.
set -euo pipefail
# shellcheck source=tests/vm/lib/lease.sh
. /tests/vm/lib/lease.sh

# Else what has no policy at boot becomes RAM in a kernel zone, for good.
if [ "${1:-}" = setup ]; then
	pool cache Zone=movable
	exit
fi

CYCLES=${1:-500}
SEED=${2:-$RANDOM}
TENANTS_MAX=3
RANDOM=$SEED
echo "figure: seed $SEED"
trap '[ $? = 0 ] || { journalctl -b -n 80 -u daxbrokerd -o short-monotonic
	states; cat /run/daxbroker/grants; } || :' EXIT

declare -A TENANTS=()
declare -A COUNT=([served]=0 [unasked]=0 [client]=0 [daemon]=0 [worker]=0)

# ended PID: what its tenant says of its memory.
ended() {
	local status=0 name=${TENANTS[$1]}
	wait "$1" || status=$?
	unset "TENANTS[$1]"
	case $status in
	0) COUNT[served]=$((COUNT[served] + 1)) ;;
	13 | 14 | 15) fail "tenant $name: status $status: $(cat "/run/tenant.$name")" ;;
	137) COUNT[client]=$((COUNT[client] + 1)) ;;
	*)
		# No daemon was there. One that dies later is waited for.
		[[ $status = 7 && $(<"/run/tenant.$name") == *'does not run'* ]] ||
			fail "tenant $name: status $status: $(cat "/run/tenant.$name")"
		COUNT[unasked]=$((COUNT[unasked] + 1))
		;;
	esac
	rm -f "/run/tenant.$name"
}

# room: until there are fewer tenants than may be.
room() {
	local pid end=$((SECONDS + 180))
	while [ ${#TENANTS[@]} -ge "$1" ]; do
		for pid in "${!TENANTS[@]}"; do
			kill -0 "$pid" 2>/dev/null || ended "$pid"
		done
		[ $SECONDS -lt $end ] || fail "tenants do not end: ${TENANTS[*]}"
		pause 0.05
	done
}

any_tenant() {
	local pids=("${!TENANTS[@]}")
	VICTIM=
	[ ${#pids[@]} -eq 0 ] || VICTIM=${pids[RANDOM % ${#pids[@]}]}
}

kill_something() {
	case $((RANDOM % 8)) in
	0 | 1)
		any_tenant
		[ -n "$VICTIM" ] || return 0
		kill -KILL "$VICTIM" 2>/dev/null || :
		;;
	2)
		systemctl kill -s KILL daxbrokerd || :
		systemctl reset-failed daxbrokerd 2>/dev/null || :
		systemctl start daxbrokerd
		COUNT[daemon]=$((COUNT[daemon] + 1))
		;;
	3)
		pkill -KILL -x daxbroker-job || return 0
		COUNT[worker]=$((COUNT[worker] + 1))
		;;
	esac
}

wait_dax 1
systemctl start daxbrokerd
wait_for 120 online_is 8
begin=$SECONDS
for ((cycle = 1; cycle <= CYCLES; cycle++)); do
	room $TENANTS_MAX
	tenant "t$cycle" "$(((RANDOM % 4 + 1) * 128))M" --wait 2min -- \
		"$TOOLS/lease-user" $((RANDOM % 2))
	TENANTS[$TENANT]=t$cycle
	pause "0.$((RANDOM % 10))"
	kill_something
	[ $((cycle % 100)) != 0 ] || echo "ok: $cycle cycles in $((SECONDS - begin)) s"
done
room 1
all_idle
pool_is cache Waiting 0 || fail 'somebody waits'
nothing_left
echo "figure: $CYCLES cycles in $((SECONDS - begin)) s: ${COUNT[served]} tenants served," \
	"${COUNT[client]} killed, ${COUNT[unasked]} found no daemon, 0 requests lost, 0 bytes" \
	"leaked or lost; the daemon was killed ${COUNT[daemon]} times, a worker" \
	"${COUNT[worker]} times"
[ "${COUNT[served]}" -gt $((CYCLES / 4)) ] || fail 'too few were served'
