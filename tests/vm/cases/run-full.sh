#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=in-tree,daxbroker once topology=hmem timeout=600
# /run takes no lock, no note, or no line of the journal: that is reported, nothing is
# switched or it is undone, and the next try works.
set -euo pipefail
# shellcheck source=tests/vm/lib/crash.sh
. /tests/vm/lib/crash.sh

RUN=/run/daxbroker
MOVABLE=$(all 'online Movable')
DEVDAX='device_dax '
TO_RAM=(decide system-ram Zone=movable)
FAILURES=0

failed() { # WHAT
	FAILURES=$((FAILURES + 1))
	echo "failed as it should: $1"
}

# usable: the device can be mapped.
usable() {
	hold map dax0.0
	let_go
}

devdax
# unwritable TEXT [STATUS]: the way to RAM fails for what /run does not take.
unwritable() {
	"${TO_RAM[@]}"
	once "${2:-6}"
	printf '  | %s\n' "$OUTPUT"
	says "$1"
	expect 'the state' "$DEVDAX" "$(shown)"
	failed "$1"
}

# small OPTION: /run/daxbroker is a file system of its own, with hardly room.
small() {
	mount -t tmpfs -o "mode=755,$1" tmpfs $RUN
}

# so_again: with room, all is well, and it can go back.
so_again() {
	umount $RUN
	usable
	"${TO_RAM[@]}"
	once
	sound "$MOVABLE"
	devdax
	sound "$DEVDAX"
}

small ro
unwritable 'Read-only file system' 1
so_again
small size=4k
head -c 4096 /dev/zero >$RUN/full
unwritable 'No space left on device'
so_again

# No room for one more file, at each of those that are made on the way.
for ((files = 1; ; files++)); do
	small nr_inodes=$((files + 1))
	"${TO_RAM[@]}"
	OUTPUT=$(daxbrokerd --once 2>&1) && break
	[ "$files" -lt 20 ] || fail 'it never works'
	says 'No space left on device'
	expect 'the state' "$DEVDAX" "$(shown)"
	nothing_left
	expect auto_online_blocks "$AUTO" "$(cat $MEMORY/auto_online_blocks)"
	failed "no more than $files files: $OUTPUT"
	umount $RUN
	usable
done
sound "$MOVABLE"
[ "$files" -ge 4 ] || fail "$files files are enough"
umount $RUN
devdax

# No room for one more line of the journal, at each of them.
rm -f $JOURNAL
ram
begun=$(sed '/^{"take"/,$d' $JOURNAL | wc -c)
for ((room = begun - 50; room < begun + 150; room += 40)); do
	devdax
	small size=4k
	head -c $((4096 - room)) /dev/zero | tr '\0' '\n' >$JOURNAL
	unwritable 'No space left on device'
	so_again
done
echo "figure: $FAILURES failures"
