#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=daxbroker topology=hmem last timeout=240
# Memory that cannot move: unplugging fails, everything is online again in its
# zone, and last_error says where and what. And writers that are killed.
set -euo pipefail
# shellcheck source=tests/vm/lib/kmem.sh
. /tests/vm/lib/kmem.sh

modprobe -a dax_hmem device_dax
load_kmem unplugged
use dax0.0
# refused KIND ERRNO: unplugging fails so, names KIND, and leaves all as it was.
refused() {
	local state range
	range=$(printf 'range=0x%x-0x%x' "$(cat "$DIR/mapping0/start")" "$(cat "$DIR/mapping0/end")")
	state=$(attr state)
	expect "unplugging with $1 in it" EBUSY "$(write_errno unplugged)"
	echo "  $(attr last_error)"
	expect last_error "op=unplug step=offline errno=16 $range block=memory* pfn=0x* kind=$1 undo=done" \
		"$(attr last_error)"
	is_plugged "$state"
}

# Huge pages that are reserved for somebody who has not touched them yet.
to online_kernel
pages=/sys/devices/system/node/node$NODE/hugepages/hugepages-2048kB/nr_hugepages
echo 16 >"$pages"
expect 'huge pages' 16 "$(cat "$pages")"
start_tool hugetlb 32
refused hugetlb
stop_tool "$TOOL_PID"
echo 0 >"$pages"
to unplugged

# killed SIGNAL: a writer that cannot get ahead ends on it, in time.
killed() {
	local pid status=0 start=$SECONDS
	(echo unplugged >"$DIR/state") 2>/dev/null &
	pid=$!
	sleep 2
	kill -0 $pid ||
		fail "the writer did not wait for the pinned memory: $(attr last_error)"
	kill -"$1" $pid
	wait $pid || status=$?
	[ $status != 0 ] || fail 'the killed writer was successful'
	[ $((SECONDS - start)) -lt 15 ] || fail 'the killed writer took its time'
}

# A long-term pin (a registered io_uring buffer): the kernel tries for ever,
# as it does for a single block, until the writer gets a signal.
"$TOOL" pin "$NODE" 4 >/run/pin &
TOOL_PID=$!
wait_for 20 grep -q ring /run/pin
to online_kernel
wait_for 20 grep -q ready /run/pin
killed KILL
wait_for 40 grep -q online_kernel "$DIR/state"
echo "  $(attr last_error)"
expect last_error 'op=unplug step=offline errno=4 * kind=pinned undo=done' \
	"$(attr last_error)"
is_plugged online_kernel
killed TERM
wait_for 40 grep -q online_kernel "$DIR/state"
is_plugged online_kernel
stop_tool "$TOOL_PID"
to unplugged

# In the movable zone memory moves away, or is not pinned there at all.
to online_movable
start_tool hold "$NODE" 64
used=$TOOL_PID
expect 'unplugging movable memory' 0 "$(write_errno unplugged)"
is_gone
stop_tool "$used"

# A writer that is killed while it plugs: all, or nothing.
for delay in 0.01 0.02 0.03 0.05 0.08; do
	(echo online_movable >"$DIR/state") 2>/dev/null &
	pid=$!
	sleep $delay
	kill -KILL $pid 2>/dev/null || :
	wait $pid 2>/dev/null || :
	case $(attr state) in
	unplugged) is_gone ;;
	*) is_plugged online_movable ;;
	esac
	to unplugged
done
is_gone

# Kernel memory: full pipes of a process that is bound to the node. Last, for
# the kernel may keep some of it after the process is gone.
to online_kernel
start_tool pipe "$NODE" 65536
refused '@(kernel|slab|pagetable)'
stop_tool "$TOOL_PID"
