#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=daxbroker thin=15 topology=hmem timeout=300
# Everything at once for a minute (KMEM_TORTURE_SECONDS, or the first argument:
# another time): whole devices plugged and unplugged while others flip single
# blocks, work in the memory, kill writers, unbind, bind and reload. After that
# all is accounted for, both ways still work and nothing is left.
set -euo pipefail
# shellcheck source=tests/vm/lib/kmem.sh
. /tests/vm/lib/kmem.sh

seconds=${1:-${KMEM_TORTURE_SECONDS:-60}}
modprobe -a dax_hmem device_dax
load_kmem unplugged
fragment || fail 'no device of two ranges could be made'
before=$(snapshot)
use "$FRAGMENTED"
mapfile -t ids < <(block_ids)
wait $! || : # see kept_unchanged
stop=/run/stop
mkdir -p /run/count

count() { echo >>"/run/count/$1"; }

# Others: a random block to a random state, with no regard for anybody.
flipper() {
	local words=(offline online online_movable online_kernel) id
	while [ ! -e $stop ]; do
		id=${ids[RANDOM % ${#ids[@]}]}
		(echo "${words[RANDOM % 4]}" >"$MEMORY/memory$id/state") 2>/dev/null &&
			count flips
		sleep 0.0$((RANDOM % 10))
	done
}

# The broker: whole devices, its writer now and then killed.
switcher() {
	local words=(unplugged online online_movable online_kernel) pid
	while [ ! -e $stop ]; do
		(echo "${words[RANDOM % 4]}" >"$DIR/state" && count switches) 2>/dev/null &
		pid=$!
		if ((RANDOM % 4 == 0)); then
			sleep 0.0$((RANDOM % 10))
			kill -KILL $pid 2>/dev/null && count kills
		fi
		wait $pid
	done
}

# Somebody who works in the memory whenever it is there.
worker() {
	while [ ! -e $stop ]; do
		timeout -s KILL 0.$((RANDOM % 9 + 1)) "$TOOL" hold "$NODE" 32 >/dev/null 2>&1
		sleep 0.1
	done
}

# Somebody who takes the driver away, and the module.
rebinder() {
	while [ ! -e $stop ]; do
		sleep 0.$((RANDOM % 10))
		(echo "$DEV" >$DAX/drivers/kmem/unbind && count unbinds) 2>/dev/null
		if ((RANDOM % 3 == 0)) && rmmod kmem 2>/dev/null; then
			count reloads
			modprobe kmem "probe_state=$( ((RANDOM % 2)) && echo default || echo unplugged)"
		fi
		sleep 0.0$((RANDOM % 10))
		[ -n "$(dax_driver "$DEV")" ] ||
			(echo "$DEV" >$DAX/drivers/kmem/new_id) 2>/dev/null
		[ -n "$(dax_driver "$DEV")" ] ||
			(echo "$DEV" >$DAX/drivers/kmem/bind) 2>/dev/null
	done
}

reader() {
	while [ ! -e $stop ]; do
		cat "$DIR"/{state,plugged_bytes,online_bytes,last_error} 2>/dev/null >/run/read
		count reads
	done
}

pids=()
for job in flipper flipper switcher worker rebinder reader; do
	(set +e; $job) 2>/dev/null &
	pids+=($!)
done
sleep "$seconds"
: >$stop
for pid in "${pids[@]}"; do
	wait_for 60 eval "! kill -0 $pid"
done
wc -l /run/count/* | sed '$d;s,/run/count/,,'

# Every byte is accounted for: with the device, online, or offline.
[ "$(dax_driver "$DEV")" = kmem ] || use "$DEV"
echo "  at the end: $(attr state), plugged $(attr plugged_bytes), online $(attr online_bytes)"
online=0 offline=0 unplugged=0
for id in "${ids[@]}"; do
	case $(block_now "$id") in
	online*) online=$((online + BLOCK)) ;;
	offline*) offline=$((offline + BLOCK)) ;;
	none) unplugged=$((unplugged + BLOCK)) ;;
	esac
done
expect 'bytes of the device' "$(usable)" $((online + offline + unplugged))
expect plugged_bytes $((online + offline)) "$(attr plugged_bytes)"
expect online_bytes $online "$(attr online_bytes)"

# And it still works, both ways.
end=$((SECONDS + 30))
until shrink_and_unplug 2>/dev/null; do
	[ "$SECONDS" -lt "$end" ] || {
		for id in "${ids[@]}"; do echo "memory$id $(block_now "$id")"; done
		grep -H N1= /sys/kernel/slab/*/slabs || :
		dmesg | tail -n 12
		fail "it cannot be unplugged any more: $(attr last_error)"
	}
	sleep 1
done
is_gone
for state in online_movable online_kernel online; do
	to $state
	is_plugged $state
	to unplugged
	is_gone
done
dax_bind "$DEV" device_dax
dax_bind "$DEV" kmem
echo unplugged >"$DIR/state"
echo "$DEV" >$DAX/drivers/kmem/unbind
rmmod kmem
[ "$before" = "$(snapshot)" ] ||
	fail "not as at the start: $(diff <(echo "$before") <(snapshot))"
