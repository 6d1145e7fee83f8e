#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=in-tree,daxbroker once topology=hmem timeout=900
# What the kernel can refuse in the middle of a switch: it is reported with its errno,
# what was done is undone, nothing is held, and the next try works.
set -euo pipefail
# shellcheck source=tests/vm/lib/crash.sh
. /tests/vm/lib/crash.sh
# shellcheck source=tests/vm/lib/layout.sh
. /tests/vm/lib/layout.sh

FAILURES=0

failed() { # WHAT
	FAILURES=$((FAILURES + 1))
	echo "failed as it should: $1"
}

# usable: a device that is devdax can be mapped.
usable() {
	[ "$(dax_driver dax0.0)" = device_dax ] || return 0
	hold map dax0.0
	let_go
}

# The errors: what they are called, and whether they may pass by themselves.
ERRORS=('4 yes Interrupted system call' '5 no Input/output error'
	'12 yes Cannot allocate memory' '16 yes Device or resource busy'
	'19 no No such device')

# refuse ACTION HOW START FINAL POLICY...: memory notifications fail in the way
# to FINAL. HOW: it is undone; or stuck, as the kernel refuses that, too.
refuse() {
	local action=$1 how=$2 error number passes text
	FROM=$3 FINAL=$4
	POLICY=("${@:5}")
	for error in "${ERRORS[@]}"; do
		read -r number passes text <<<"$error"
		with_error "$action" "-$number"
		start
		want
		once 6
		printf '  | %s\n' "$OUTPUT"
		says "$text"
		says 'memory3'
		if [ "$how" = stuck ]; then
			says 'stuck'
			sound '*'
		else
			says 'is as it was before'
			sound "$BEFORE"
			usable
		fi
		if [ "$how,$passes" = undone,yes ]; then
			says 'tried again in'
		else
			[[ $OUTPUT != *'tried again'* ]] || fail 'it is tried again'
		fi
		failed "$action with $number, ${POLICY[*]}"
		no_error
		once
		sound "$FINAL"
		usable
	done
	ERROR=
}

MOVABLE=$(all 'online Movable')
NORMAL=$(all 'online Normal')
DEVDAX='device_dax '
TO_RAM=(decide system-ram Zone=movable)
refuse MEM_GOING_ONLINE undone devdax "$MOVABLE" "${TO_RAM[@]}"
refuse MEM_GOING_OFFLINE undone ram "$DEVDAX" decide devdax
refuse MEM_GOING_OFFLINE undone ram "$NORMAL" decide system-ram Zone=kernel
refuse MEM_GOING_ONLINE stuck ram "$NORMAL" decide system-ram Zone=kernel

# What makes one attempt fail, and not the next, is no failure. The kernel's log
# tells of the first, and none before had this error.
with_error MEM_GOING_OFFLINE -11
POLICY=(decide devdax)
ram
{ grep -qm1 'Injecting error (-11)' /dev/kmsg && no_error; } &
passed=$!
want
once
wait $passed
sound "$DEVDAX"

# What is not needed on the way may fail.
with_error MEM_GOING_OFFLINE -5
devdax
POLICY=("${TO_RAM[@]}")
want
once
sound "$MOVABLE"
no_error
with_error MEM_GOING_ONLINE -5
POLICY=(decide devdax)
want
once
sound "$DEVDAX"
no_error

# The daemon tries again by itself.
ram
with_error MEM_GOING_OFFLINE -16
want
daxbrokerd >/run/log 2>&1 &
daemon=$!
wait_for 60 grep -q 'tried again in' /run/log
is dax0.0 'kmem 8 online Movable'
no_error
becomes dax0.0 device_dax
kill $daemon
wait $daemon || fail "daxbrokerd: $(cat /run/log)"
failed 'a try of the daemon'
ERROR=
sound "$DEVDAX"

# A module that may not be loaded.
modprobe -r kmem
mkdir -p /etc/modprobe.d
echo 'install kmem /bin/false' >/etc/modprobe.d/case.conf
"${TO_RAM[@]}"
once 6
says 'kmem cannot be loaded'
sound "$DEVDAX"
failed 'loading kmem'
rm /etc/modprobe.d/case.conf
"${TO_RAM[@]}"
once
sound "$MOVABLE"

# A device gets other memory while the job waits for the user of another.
devdax
layout_of dax0.0
lay_out 'a 256M devdax' 'b rest devdax'
once
lies '0+256/2M device_dax,256+768/2M device_dax'
other=$(at 256)
echo "$other" >$DAX/drivers/device_dax/unbind
hold map dax0.0
no_policies
policy 50-case '[Match]' Provider=hmem "Size=>=$SIZE" '[Region]' OnBusy=wait \
	BusyTimeout=infinity '[Device]' Name=all Size=rest Mode=devdax
rm -f $JOURNAL
daxbrokerd --once >/run/log 2>&1 &
daemon=$!
wait_for 60 grep -q '^{"take"' $JOURNAL
echo $((128 << 20)) >"$DAX/devices/$other/size"
let_go
wait $daemon || fail "$(cat /run/log)"
sed 's/^/  | /' /run/log
grep -q 'has other memory' /run/log || fail 'it was not noticed'
lies '0+1024/2M device_dax'
failed 'another agent that sizes a device'
echo "figure: $FAILURES failures"
