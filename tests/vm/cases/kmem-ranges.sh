#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=daxbroker topology=hmem timeout=240
# The state machine of kmem on a device of two ranges, and all or nothing
# over both.
set -euo pipefail
# shellcheck source=tests/vm/lib/kmem.sh
. /tests/vm/lib/kmem.sh

modprobe -a dax_hmem device_dax
load_kmem unplugged
fragment || fail 'no device of two ranges could be made'
before=$(snapshot)
use "$FRAGMENTED"
expect 'number of ranges' 2 "$(find "$DIR/" -maxdepth 1 -name 'mapping[0-9]*' | wc -l)"
check_state_machine

# The last block of the second range cannot go: the first range is back.
modprobe memory_notifier_error_inject
inject=/sys/kernel/debug/notifier-error-inject/memory/actions
to online_movable
mapfile -t ids < <(block_ids)
wait $! || : # see kept_unchanged
blocks_set offline "${ids[0]}"
echo -16 >$inject/MEM_GOING_OFFLINE/error
expect 'unplugging what cannot go' EBUSY "$(write_errno unplugged)"
echo 0 >$inject/MEM_GOING_OFFLINE/error
expect last_error "op=unplug step=offline errno=16 range=*block=memory${ids[1]}*undo=done" \
	"$(attr last_error)"
expect 'a block that was offline before' offline "$(block_now "${ids[0]}")"
blocks_set online_movable "${ids[0]}"
is_plugged online_movable

# Nor can all be onlined: nothing of it stays.
to unplugged
echo -12 >$inject/MEM_GOING_ONLINE/error
expect 'plugging what cannot be onlined' ENOMEM "$(write_errno online_movable)"
echo 0 >$inject/MEM_GOING_ONLINE/error
expect last_error "op=plug step=online errno=12 *block=memory${ids[0]}*undo=done" \
	"$(attr last_error)"
is_gone

# Memory for one range's memmap was taken from the other range: each can go,
# in one order only.
to online_kernel
blocks_set offline "${ids[2]}" "${ids[3]}"
echo "$DEV" >$DAX/drivers/kmem/unbind
expect 'the range that was left' "online Normal none" "$(block_now "${ids[0]}") $(block_now "${ids[2]}")"
echo default >/sys/module/kmem/parameters/probe_state
use "$FRAGMENTED"
echo unplugged >/sys/module/kmem/parameters/probe_state
expect plugged_bytes "$(usable)" "$(attr plugged_bytes)"
to unplugged
expect last_error none "$(attr last_error)"
is_gone

echo "$DEV" >$DAX/drivers/kmem/unbind
modprobe -r kmem
[ "$before" = "$(snapshot)" ] ||
	fail "not as at the start: $(diff <(echo "$before") <(snapshot))"

# The kernel has memory in the device. Last, for it may keep some of it.
modprobe kmem probe_state=unplugged
use "$FRAGMENTED"
to online_kernel
start_tool pipe "$NODE" 65536
expect 'unplugging with kernel memory in it' EBUSY "$(write_errno unplugged)"
stop_tool "$TOOL_PID"
expect last_error 'op=unplug step=offline*kind=*undo=done' "$(attr last_error)"
is_plugged online_kernel
echo "  $(attr last_error)"
