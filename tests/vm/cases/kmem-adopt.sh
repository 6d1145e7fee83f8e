#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=daxbroker topology=hmem timeout=240
# A device that is unbound while its memory is in use: nothing is lost. The
# module stays, the next binding adopts the memory, and it can be unplugged.
set -euo pipefail
# shellcheck source=tests/vm/lib/kmem.sh
. /tests/vm/lib/kmem.sh

unbind() { echo "$DEV" >$DAX/drivers/kmem/unbind; }

modprobe -a dax_hmem device_dax
before=$(snapshot)
for probe_state in unplugged default; do
	load_kmem $probe_state
	use dax0.0
	enter unplugged
	to online_movable
	unbind
	grep -q 'System RAM (kmem)' /proc/iomem || fail 'online memory vanished'
	! modprobe -r kmem 2>/dev/null || fail 'the module went, its memory did not'
	dax_bind "$DEV" device_dax 2>/dev/null &&
		fail 'device_dax took memory that is in use'
	use dax0.0
	is_plugged online_movable
	to unplugged
	is_gone

	# Several times, with a part offline, and in use.
	to online_movable
	mapfile -t ids < <(block_ids)
	wait $! || : # see kept_unchanged
	start_tool hold "$NODE" 64
	for ((i = 0; i < 5; i++)); do
		unbind
		use dax0.0
		is_plugged online_movable
	done
	blocks_set offline "${ids[7]}" "${ids[6]}"
	unbind
	use dax0.0
	is_plugged offline
	expect online_bytes $((6 * BLOCK)) "$(attr online_bytes)"
	stop_tool "$TOOL_PID"
	to unplugged
	is_gone

	# Taken offline while no device was bound.
	to online_movable
	unbind
	blocks_set offline "${ids[@]}"
	use dax0.0
	is_plugged offline
	to unplugged
	is_gone
	unbind
	modprobe -r kmem
done

# Two ranges, of which one could be removed when the device was unbound.
fragment || fail 'no device of two ranges could be made'
load_kmem unplugged
use "$FRAGMENTED"
to online_movable
mapfile -t ids < <(block_ids)
wait $! || : # see kept_unchanged
blocks_set offline "${ids[0]}" "${ids[1]}"
unbind
expect 'blocks that are left' "none none online Movable online Movable " \
	"$(for id in "${ids[@]}"; do block_now "$id"; done | tr '\n' ' ')"
use "$FRAGMENTED"
expect plugged_bytes $((2 * BLOCK)) "$(attr plugged_bytes)"
state_is online_movable
to unplugged
is_gone

# The same ranges of a device with another name: it is that one's now.
to online_movable
unbind
size=$(cat "$DIR/size")
echo 0 >"$DIR/size"
region=$DAX/devices/$DEV/../dax_region
echo 1 >"$region/create"
former=$DEV
DEV=$(cat "$region/create")
echo "$size" >"$DAX/devices/$DEV/size"
[ "$(dax_driver "$DEV")" != device_dax ] || echo "$DEV" >$DAX/drivers/device_dax/unbind
use "$DEV"
is_plugged online_movable
! grep -q ": $former\$" /proc/iomem || fail 'iomem shows the former name'
to unplugged
is_gone

# Other ranges over the memory that was left: refused while it is online, and
# it goes when it is offline.
to online_movable
unbind
echo 0 >"$DIR/size"
echo 1 >"$region/create"
other=$(cat "$region/create")
echo $((128 << 20)) >"$DAX/devices/$other/size"
[ "$(dax_driver "$other")" != device_dax ] || echo "$other" >$DAX/drivers/device_dax/unbind
dax_bind "$other" kmem 2>/dev/null && fail 'memory in use was taken over by another device'
blocks_set offline "${ids[@]}" 2>/dev/null || :
use "$other"
is_gone
to online_movable
to unplugged
unbind
modprobe -r kmem
[ "$(grep -c 'System RAM (kmem)' /proc/iomem)" = 0 ] || fail 'memory is left'
[ "$(sed -n 's/MemTotal.*: *//p' /sys/devices/system/node/node0/meminfo)" = \
	"$(tail -n 1 <<<"$before")" ] || fail 'node 0 has another size'
