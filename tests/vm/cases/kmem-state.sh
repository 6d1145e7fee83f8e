#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: newest modules=daxbroker topology=hmem timeout=240
# The state attribute of kmem: every write in every state, what others do to
# single blocks, and the ways in which watchers learn of it.
set -euo pipefail
# shellcheck source=tests/vm/lib/kmem.sh
. /tests/vm/lib/kmem.sh

modprobe -a dax_hmem device_dax
dax_bind dax0.0 device_dax
before=$(snapshot)
load_kmem unplugged
use dax0.0
# Anything may have a memory block's name. An interface that is up cannot be renamed
# on 6.1.
rename() {
	ip link set "$1" down
	ip link set "$1" name "$2"
	ip link set "$2" up
}
rename lo "memory$(block_ids | head -n 1)"
check_state_machine
rename "memory$(block_ids | head -n 1)" lo

# What others do to single blocks shows.
to online_movable
mapfile -t ids < <(block_ids)
wait $! || : # see kept_unchanged
blocks_set offline "${ids[3]}"
state_is offline
expect online_bytes $((7 * BLOCK)) "$(attr online_bytes)"
expect 'a partly offline device' EBUSY "$(write_errno online_movable)"
blocks_set online_movable "${ids[3]}"
state_is online_movable
to unplugged

check_zones() {
	# "online" holds until somebody else decides about a block.
	to online
	blocks_set offline "${ids[7]}"
	blocks_set online_kernel "${ids[7]}"
	state_is online_kernel
	to unplugged
	is_gone

	# Both zones in one device: neither word would be true.
	to online_kernel
	blocks_set offline "${ids[7]}"
	blocks_set online_movable "${ids[7]}"
	state_is online
	to unplugged
}
kernel_zone_is_one_way || check_zones

# Watchers: poll on the attribute, and a uevent for each transition.
events=/run/uevents
start_tool uevents $events
listener=$TOOL_PID
start_tool poll "$DIR/state" 10
to online_movable
wait "$TOOL_PID" || fail 'plugging did not wake the reader of state'
start_tool poll "$DIR/state" 10
blocks_set offline "${ids[0]}"
wait "$TOOL_PID" || fail "others' offlining did not wake the reader of state"
wait_for 5 grep -q "change@.*/$DEV .*DAX_STATE=offline" $events
to unplugged
wait_for 5 grep -q "change@.*/$DEV .*DAX_STATE=unplugged" $events
grep -q "change@.*/$DEV .*DAX_STATE=online_movable" $events ||
	fail 'no uevent of the plug'
stop_tool "$listener"

# A second write of the same state does nothing, not even an event.
start_tool poll "$DIR/state" 1
to unplugged
! wait "$TOOL_PID" || fail 'a write without effect woke the reader'

# The kernel onlines by itself: not into another zone than asked for.
for auto in online online_movable online_kernel offline; do
	echo $auto >$MEMORY/auto_online_blocks
	for state in "${STATES[@]:2}"; do
		to "$state"
		is_plugged "$state"
		to unplugged
	done
done

# Others are faster at times, as a udev rule is: they get no other zone either. (To
# online what is online fails.)
other_agent() {
	local id
	while :; do
		for id in "${ids[@]}"; do
			[ ! -e "$MEMORY/memory$id" ] || ! echo online_kernel >"$MEMORY/memory$id/state" ||
				echo "memory$id" >>/run/others
		done
	done 2>/dev/null
}

for _ in 1 2 3 4 5 6 7 8 9 10; do
	other_agent &
	to online_movable
	kill $!
	wait $! || :
	is_plugged online_movable
	to unplugged
done
[ ! -e /run/others ] || fail "online in a kernel zone for a while: $(sort /run/others | uniq -c)"

# Unbinding with nothing plugged, and with all offline, leaves nothing.
to online_movable
blocks_set offline
echo "$DEV" >$DAX/drivers/kmem/unbind
! grep -q 'System RAM (kmem)' /proc/iomem || fail 'unbinding left memory'
modprobe -r kmem
dax_bind dax0.0 device_dax
[ "$before" = "$(snapshot)" ] ||
	fail "not as at the start: $(diff <(echo "$before") <(snapshot))"
