#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: long kernels=6.1 modules=daxbroker topology=hmem2 alone timeout=240
# Two devices whose memory is in use when plugging them fails: undoing that is
# tried for 30 seconds, for both at the same time. (On 6.12 the kernel keeps memory of
# its own in the kernel zone that this needs.)
set -euo pipefail
# shellcheck source=tests/vm/lib/kmem.sh
. /tests/vm/lib/kmem.sh

modprobe memory_notifier_error_inject
INJECT=/sys/kernel/debug/notifier-error-inject/memory/actions/MEM_GOING_ONLINE/error

# is_undone: 1: the writer has ended.
is_undone() {
	until grep -qs kmem_undo "/proc/$WRITER/stack"; do
		kill -0 "$WRITER" 2>/dev/null || return 1
		sleep 0.1
	done
}

# begin DEVICE: plugs it. As soon as it has memory a page of that is pinned, and then
# no further block goes online. Fails if the page came too late.
begin() {
	local said status=0
	use "$1"
	exec {said}< <(exec "$TOOL" pin "$NODE" 1)
	pins+=($!)
	read -r <&"$said"
	(echo online_kernel >"$DIR/state") 2>/dev/null &
	WRITER=$!
	writers+=("$WRITER")
	read -r <&"$said"
	echo -12 >$INJECT
	is_undone || status=1
	echo 0 >$INJECT
	begins+=("$SECONDS")
	exec {said}<&-
	return $status
}

# begin_both: fails if they are not undone at the same time.
begin_both() {
	pins=() writers=() begins=()
	begin dax0.0 && begin dax1.0 && kill -0 "${writers[0]}" 2>/dev/null
}

let_go() {
	local pid
	for pid in "${pins[@]}"; do
		stop_tool "$pid"
	done
}

unplug() { (echo unplugged >"$DIR/state") 2>/dev/null; }

# again: all is unplugged. What the kernel has of a killed process is given back later.
again() {
	local device
	let_go
	wait "${writers[@]}" || :
	for device in dax0.0 dax1.0; do
		use "$device"
		wait_for 20 unplug
	done
}

modprobe -a dax_hmem device_dax
load_kmem unplugged
for ((try = 1; ; try++)); do
	! begin_both || break
	[ $try -lt 10 ] || fail 'a page comes too late each time'
	again
done
echo "try $try"

# They end in the order in which they began. Each has its 30 seconds, and no more.
for n in 0 1; do
	! wait "${writers[n]}" || fail 'a plug without some of the blocks was a success'
	took=$((SECONDS - begins[n]))
	echo "figure: dax$n.0: $took s"
	[ $took -ge 25 ] || fail 'it was not tried for 30 seconds'
	[ $took -lt 40 ] || fail 'it waited for the other'
done

let_go
for device in dax0.0 dax1.0; do
	use "$device"
	expect last_error '*op=plug step=online errno=12*undo=failed' "$(attr last_error)"
done
