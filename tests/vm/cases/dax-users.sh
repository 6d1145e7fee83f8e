#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: newest modules=daxbroker topology=hmem timeout=240
# users/: openers, mappings, mapped_bytes, pinned_pages and faults_* are what
# they should be in each moment, and zero after, with pages of each size.
set -euo pipefail
# shellcheck source=tests/vm/lib/dax.sh
. /tests/vm/lib/dax.sh

MIB=$((1 << 20))

faults() { echo "$(user faults_pte) $(user faults_pmd) $(user faults_pud)"; }

# check LENGTH: the device in use, with mappings of that size.
check() {
	local length=$1 opener mapper other
	# One per base page or, by io_uring since 6.12, per page of the device.
	local pages="@($(($1 / 4096))|$(($1 / $(attr align))))"
	is_unused
	start_tool open "$NODE" "$length"
	opener=$TOOL_PID
	users_are 1 0 0 0
	start_tool map "$NODE" "$length"
	mapper=$TOOL_PID
	users_are 2 1 "$length" 0
	start_tool map "$NODE" "$length"
	other=$TOOL_PID
	users_are 3 2 $((2 * length)) 0
	stop_tool "$other"
	stop_tool "$opener"
	users_are 1 1 "$length" 0
	stop_tool "$mapper"
	is_unused
	ulimit -l unlimited
	start_tool pin "$NODE" "$length"
	users_are 1 1 "$length" "$pages"
	stop_tool "$TOOL_PID"
	is_unused
	start_tool orphan "$NODE" "$length"
	users_are 0 0 0 "$pages"
	stop_tool "$TOOL_PID"
	is_unused
	start_tool pipe "$NODE" "$length"
	users_are 1 1 "$length" 4
	stop_tool "$TOOL_PID"
	is_unused
}

modprobe dax_hmem
load_device_dax ''
use dax0.0
for align in 4096 2097152; do
	align_to $align
	start_tool parts "$NODE" $align
	users_are 1 3 $((3 * align)) 0
	stop_tool "$TOOL_PID"
done
align_to 4096
begin=$EPOCHREALTIME
user pinned_pages >/dev/null
echo "pinned_pages of $(size_of) bytes in base pages: ${begin#*.} to ${EPOCHREALTIME#*.} us"
check $((4 * MIB))
before=$(user faults_pte)
tool fill "$NODE" 0 $((8 * MIB)) 1
expect 'PTE faults of 8 MiB' 2048 $(($(user faults_pte) - before))
align_to 2097152
expect 'faults of a new binding' '0 0 0' "$(faults)"
check $((4 * MIB))
before=$(user faults_pmd)
tool fill "$NODE" 0 $((8 * MIB)) 1
expect 'PMD faults of 8 MiB' 4 $(($(user faults_pmd) - before))
expect 'other faults' '0 * 0' "$(faults)"
align_to 1073741824
tool fill "$NODE" 0 $((8 * MIB)) 1
expect 'faults' '0 0 1' "$(faults)"
start_tool map "$NODE" $((1024 * MIB))
users_are 1 1 $((1024 * MIB)) 0
stop_tool "$TOOL_PID"
is_unused
# Reading an attribute while mappings come and go.
align_to 4096
"$TOOL" storm "$NODE" 4096 "$(size_of)" 3 >/dev/null 2>&1 &
while kill -0 $! 2>/dev/null; do
	cat "$DIR"/users/* >/dev/null
done
wait $!
is_unused
modprobe -r device_dax
