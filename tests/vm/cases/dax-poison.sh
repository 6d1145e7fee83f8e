#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: newer modules=daxbroker topology=hmem last timeout=240
# Memory failure: who maps the page gets SIGBUS with its address and the size of a
# page, the rest of the device goes on working, and poisoned_pages counts it.
set -euo pipefail
# shellcheck source=tests/vm/lib/dax.sh
. /tests/vm/lib/dax.sh

modprobe dax_hmem
load_device_dax ''
use dax0.0
start_tool uevents /run/uevents
failed=0
for align in "${ALIGNS[@]}"; do
	align_to "$align"
	echo "--- pages of $align"
	# What failed before is remembered when the device is bound again.
	expect poisoned_pages "$failed" "$(attr poisoned_pages)"
	tool poison "$NODE" "$align" "$(size_of)" $((3 * 4096))
	failed=1
	expect poisoned_pages 1 "$(attr poisoned_pages)"
	is_unused
	tool fill "$NODE" 64M 64M 5
	tool verify "$NODE" 64M 64M 5
	is_unused
	wait_for 5 grep -q "change@.*dax0.0 .*DAX_POISON=$(printf '%#x' \
		$(($(cat "$DIR/resource") + 3 * 4096)))" /run/uevents
done
# Others that map the page get the signal, at once if they or the system want it
# so; those that map other pages do not.
echo 1 >/proc/sys/vm/memory_failure_early_kill
for align in 4096 2097152; do
	align_to "$align"
	start_tool map "$NODE" "$align"
	victim=$TOOL_PID
	start_tool page "$NODE" "$align" "$align"
	bystander=$TOOL_PID
	users_are 2 2 $((2 * align)) 0
	tool poison "$NODE" "$align" "$(size_of)" 0
	wait_for 10 eval "! kill -0 $victim"
	status=0
	wait "$victim" || status=$?
	expect 'the status of who mapped it' $((128 + 7)) $status
	kill -0 "$bystander" || fail 'who did not map it is gone'
	stop_tool "$bystander"
	is_unused
done

# A page that failed before the device was bound is refused, and no other.
align_to 4096
! "$TOOL" fill "$NODE" 0 4096 1 2>/dev/null || fail 'a page that failed is mapped again'
"$TOOL" fill "$NODE" 64K 1M 1 || fail 'the other pages'
modprobe -r device_dax
