#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: newer modules=daxbroker topology=hmem timeout=240
# Unbinding takes the pages out of mappings in use: SIGBUS, and they do not come
# back when the device is bound again. Pages that somebody holds for I/O stay
# until they are let go: neither is the unbinding held up nor is memory under
# a transfer given to others. The in-tree driver fails each of the three on both
# kernels: the mapping comes back, a refcount of its cdev underflows, and the
# struct pages are taken from under the holder (see kmod/README.md).
set -euo pipefail
# shellcheck source=tests/vm/lib/dax.sh
. /tests/vm/lib/dax.sh

bind() { echo "$DEV" >$DRIVER/bind; }
unbind() { echo "$DEV" >$DRIVER/unbind; }

check_killed() {
	local victim out=/run/killed
	# What the one before said would pass for this one's.
	rm -f $out
	mkfifo /run/go
	"$TOOL" killed "$NODE" "$ALIGN" </run/go >$out 2>&1 &
	victim=$!
	exec 6>/run/go
	wait_for 20 grep -q ready $out
	unbind
	wait_for 20 grep -q SIGBUS $out
	bind
	expect openers 0 "$(user openers)"
	# The file of before is still open: the node leads to the new binding.
	errno_is 0 0
	tool rules "$NODE" "$ALIGN" "$(size_of)" >/dev/null
	is_unused
	echo >&6
	exec 6>&-
	wait $victim || fail "the victim: $(cat $out)"
	expect 'what the victim saw' 2 "$(grep -c SIGBUS $out)"
	rm -f /run/go
	is_unused
}

reserved() { grep -q ": dax0.0\$" /proc/iomem; }

is_given_back() { ! reserved; }

# The pages of the binding before are held.
check_pinned() {
	local begin=$SECONDS
	ulimit -l unlimited
	tool fill "$NODE" 0 "$ALIGN" 3
	start_tool "$1" "$NODE" "$ALIGN"
	unbind
	[ $((SECONDS - begin)) -lt 10 ] || fail 'unbinding waited'
	reserved || fail 'the range was given away under a pin'
	! modprobe -r device_dax 2>/dev/null || fail 'the module could be unloaded'
	modprobe kmem 2>/dev/null
	! dax_bind "$DEV" kmem 2>/dev/null || fail 'kmem took pinned pages'
	echo "$DEV" >$DAX/drivers/kmem/remove_id 2>/dev/null || :
	rmmod kmem
	! (echo $((ALIGN == 4096 ? 2097152 : 4096)) >"$DIR/align" && bind) 2>/dev/null ||
		fail 'pinned pages got another size'
	echo "$ALIGN" >"$DIR/align"
	bind
	[ "$(user pinned_pages)" -gt 0 ] || fail 'the pins were forgotten'
	tool rules "$NODE" "$ALIGN" "$(size_of)" >/dev/null
	unbind
	stop_tool "$TOOL_PID"
	wait_for 20 is_given_back
	wait_for 5 grep -qx 0 /sys/module/device_dax/refcnt
	bind
	is_unused
}

modprobe dax_hmem
load_device_dax ''
use dax0.0
for ALIGN in "${ALIGNS[@]}"; do
	align_to "$ALIGN"
	echo "--- pages of $ALIGN"
	check_killed
	[ "$ALIGN" != 1073741824 ] || continue
	check_pinned orphan
	check_pinned pin
	check_pinned pipe
done

# Unloading with a device whose pages are held a little longer.
align_to 2097152
start_tool orphan "$NODE" 2097152
(sleep 2; kill "$TOOL_PID") &
rmmod device_dax
! reserved || fail 'the range stayed after unloading'
load_device_dax ''
use dax0.0
is_unused
modprobe -r device_dax
