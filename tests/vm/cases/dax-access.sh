#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: newest modules=daxbroker topology=hmem timeout=240
# exclusive, dontfork and drain: what they do, what they refuse, what they report.
set -euo pipefail
# shellcheck source=tests/vm/lib/dax.sh
. /tests/vm/lib/dax.sh

set_attr() { echo "$2" >"$DIR/$1" || fail "writing $2 to $1"; }

check_nonsense() {
	local attribute word
	for attribute in exclusive dontfork drain; do
		for word in '' 2 -1 yes '1 1' drained draining 0x1; do
			expect "$attribute: writing '$word'" EINVAL \
				"$(write_errno "$attribute" "$word")"
		done
	done
	expect 'a write to users/openers' '*denied*' "$(write_errno users/openers 1)"
	expect 'exclusive, dontfork, drain' '0 0 off' \
		"$(attr exclusive) $(attr dontfork) $(attr drain)"
}

check_exclusive() {
	local first second
	start_tool map "$NODE" "$ALIGN"
	first=$TOOL_PID
	start_tool open "$NODE" "$ALIGN"
	second=$TOOL_PID
	expect 'exclusive with two openers' EBUSY "$(write_errno exclusive 1)"
	stop_tool "$second"
	set_attr exclusive 1
	errno_is EBUSY -
	stop_tool "$first"
	errno_is 0 0
	start_tool open "$NODE" "$ALIGN"
	errno_is EBUSY -
	set_attr exclusive 0
	errno_is 0 0
	stop_tool "$TOOL_PID"
	is_unused
}

check_dontfork() {
	tool fork "$NODE" "$ALIGN" yes
	set_attr dontfork 1
	tool fork "$NODE" "$ALIGN" no
	set_attr dontfork 0
	tool fork "$NODE" "$ALIGN" yes
	[ "$ALIGN" = 1073741824 ] || tool neighbours "$NODE" "$ALIGN" "$DIR/dontfork"
	is_unused
}

# drain_says WORD
drain_says() { expect drain "$1" "$(attr drain)"; }

check_drain() {
	local poller
	set_attr drain 1
	drain_says drained
	errno_is EBUSY -
	set_attr drain 0
	drain_says off
	errno_is 0 0

	start_tool map "$NODE" "$ALIGN"
	set_attr drain on
	drain_says draining
	errno_is EBUSY -
	users_are 1 1 "$ALIGN" 0
	# Twice is once; back and forth does no harm to who is in.
	set_attr drain 1
	set_attr drain off
	errno_is 0 0
	set_attr drain 1
	drain_says draining
	"$TOOL" poll "$DIR/drain" drained 20 &
	poller=$!
	sleep 0.3
	kill -0 "$poller" 2>/dev/null || fail 'drained with a user in it'
	stop_tool "$TOOL_PID"
	wait "$poller" || fail 'nobody was told that it is drained'
	drain_says drained
	is_unused
	set_attr drain 0
}

# A file that is open already gets no new mapping; a pin without a file counts.
check_drain_pin() {
	local poller
	ulimit -l unlimited
	start_tool orphan "$NODE" "$ALIGN"
	set_attr drain 1
	drain_says draining
	"$TOOL" poll "$DIR/drain" drained 20 &
	poller=$!
	sleep 0.5
	drain_says draining
	stop_tool "$TOOL_PID"
	wait "$poller" || fail 'nobody was told that the pin is gone'
	set_attr drain 0
	exec 5<>"$NODE"
	set_attr drain 1
	drain_says draining
	expect 'mmap of an open file' '0 EBUSY' "$("$TOOL" errno '#5' "$ALIGN")"
	exec 5>&-
	wait_for 5 grep -qx drained "$DIR/drain"
	set_attr drain 0
}

# An open(2) that has its permission waits in the kernel for modprobe, as there is no
# driver. Meanwhile the node is taken from its owner, and the driver comes back.
check_denied() {
	local number before
	number=$(attr dev)
	before=$(cat /proc/sys/kernel/modprobe)
	mknod /run/node c "${number%:*}" "${number#*:}"
	chown 65534 /run/node
	expect 'what its owner gets' '0 0' \
		"$(setpriv --reuid=65534 --clear-groups "$TOOL" errno /run/node "$ALIGN")"
	printf '%s\n' '#!/bin/sh' 'echo >/run/under-way' \
		'while [ ! -e /run/go ]; do sleep 0.1; done' >/run/modprobe
	chmod +x /run/modprobe
	echo /run/modprobe >/proc/sys/kernel/modprobe
	echo "$DEV" >$DRIVER/unbind
	setpriv --reuid=65534 --clear-groups "$TOOL" errno /run/node "$ALIGN" >/run/late &
	wait_for 5 test -e /run/under-way
	chown 0 /run/node
	chmod 0 /run/node
	echo "$DEV" >$DRIVER/bind
	is_unused
	: >/run/go
	wait $!
	echo "$before" >/proc/sys/kernel/modprobe
	expect 'what it gets later' 'EACCES -' "$(cat /run/late)"
	expect 'opens that were denied' 1 "$(user denied)"
	is_unused
	rm /run/node /run/modprobe /run/under-way /run/go /run/late
}

# Several that write at a time: each event follows the one that it can follow.
check_drain_order() {
	local writers=()
	for _ in 1 2 3; do
		for _ in {1..40}; do
			echo 1 >"$DIR/drain"
			echo 0 >"$DIR/drain"
		done &
		writers+=($!)
	done
	wait "${writers[@]}"
	expect drain off "$(attr drain)"
	sleep 0.5
	grep -o 'DAX_DRAIN=[a-z]*' /run/uevents | awk -F= '
		$2 == "draining" && before != "off" && before != "" ||
		$2 == "drained" && before != "draining" { print "line " NR ": " $2 " after " before; exit 1 }
		{ before = $2 }' || fail 'events of drain out of order'
}

# A kernel of another make: the modules are not for it.
sed 's/target_node/target_nodf/' /sys/kernel/btf/vmlinux >/run/btf
mount --bind /run/btf /sys/kernel/btf/vmlinux
for module in kmem device_dax; do
	! modprobe $module 2>/dev/null || fail "$module was loaded into another kernel"
	dmesg | tail -n 5 | grep -q "$module: built for a kernel whose struct dev_dax" ||
		fail "$module does not say why it was not loaded"
done
umount /sys/kernel/btf/vmlinux
rm /run/btf

modprobe dax_hmem
load_device_dax ''
use dax0.0
expect 'the mode of pinned_pages' 400 "$(stat -c %a "$DIR/users/pinned_pages")"
start_tool uevents /run/uevents
watcher=$TOOL_PID
for ALIGN in 4096 2097152; do
	align_to "$ALIGN"
	check_nonsense
	check_exclusive
	check_dontfork
	check_drain
	check_drain_pin
done
ALIGN=1073741824
align_to $ALIGN
check_dontfork
check_drain
for word in off draining drained; do
	wait_for 5 grep -q "change@.*dax0.0 .*DAX_DRAIN=$word" /run/uevents
done
check_drain_order
check_denied
stop_tool "$watcher"

# What was set is forgotten with the binding; the parameters are the start.
set_attr drain 1
set_attr exclusive 1
echo dax0.0 >$DRIVER/unbind
[ ! -e "$DIR/drain" ] || fail 'drain without a driver'
[ ! -e "$DIR/users" ] || fail 'users/ without a driver'
echo dax0.0 >$DRIVER/bind
check_nonsense
modprobe -r device_dax
load_device_dax 'exclusive=1 dontfork=1'
use dax0.0
expect 'exclusive, dontfork' '1 1' "$(attr exclusive) $(attr dontfork)"
! (echo maybe >/sys/module/device_dax/parameters/dontfork) 2>/dev/null ||
	fail 'dontfork takes anything'
modprobe -r device_dax
! modprobe device_dax exclusive=maybe 2>/dev/null || fail 'exclusive=maybe'
