#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=tree,ours once topology=hmem timeout=600
# The worker, or it and the daemon, are killed before and after every step of a
# switch and of its undo: the next start finishes or undoes that, and says so.
# Needs a build with -Dcrash-hook=true.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

grep -q daxbroker/crash "$(command -v daxbrokerd)" ||
	fail 'daxbrokerd was built without -Dcrash-hook=true'

AUTO=/sys/devices/system/memory/auto_online_blocks
load_dax
[ "$(dax_driver dax0.0)" = device_dax ] || dax_bind dax0.0 device_dax
auto=$(cat $AUTO)
cells=0

# settled STATE: nothing is held, nothing is left to recover.
settled() {
	is dax0.0 "$1"
	expect auto_online_blocks "$auto" "$(cat $AUTO)"
	[ ! -e /run/daxbroker/auto-online-blocks ] || fail 'the note is left'
	exits "${2:-0}" daxbrokerd --once
	[[ $OUTPUT != *'cut off'* ]] || fail 'it is recovered again'
}

# cell WHOM WORD STEP FINAL SETTING...: a switch to SETTING is cut off there.
# Returns 1 when the plan has no such step.
cell() {
	local whom=$1 word=$2 step=$3 final=$4
	shift 4
	decide "$@"
	mkdir -p /run/daxbroker
	echo "$word $step $whom" >/run/daxbroker/crash
	daxbrokerd --once >/run/log 2>&1 || :
	if [ -e /run/daxbroker/crash ]; then
		rm /run/daxbroker/crash
		return 1
	fi
	cells=$((cells + 1))
	echo "$* cut off at $word $step of $whom: $(state dax0.0)"
	if [ "$whom" = worker ]; then
		grep -q 'was cut off at step' /run/log || fail "$(cat /run/log)"
	else
		exits 0 daxbrokerd --once
		says 'was cut off at step'
	fi
	settled "$final"
}

# all FROM_STATE FROM_SETTING TO_STATE TO_SETTING: each step, forth and back.
all() {
	local step word whom
	for step in 0 1 2 3 4; do
		for word in take took; do
			for whom in worker both; do
				cell $whom $word $step "$3" "${@:4}" || continue
				decide devdax
				exits 0 daxbrokerd --once
				is dax0.0 device_dax
			done
		done
	done
}

all device_dax devdax 'kmem 8 online Movable' system-ram Zone=movable

# The way back, and from zone to zone.
for step in 0 1 2; do
	for word in take took; do
		decide system-ram Zone=movable
		exits 0 daxbrokerd --once
		cell both $word $step device_dax devdax || :
		decide system-ram Zone=movable
		exits 0 daxbrokerd --once
		cell worker $word $step 'kmem 8 online Normal' system-ram Zone=kernel || :
	done
done

# What is not wanted any more is undone: the policy changes after the crash.
decide devdax
exits 0 daxbrokerd --once
for point in 'take 2' 'took 2' 'take 3' 'took 3'; do
	decide system-ram Zone=movable
	echo "$point both" >/run/daxbroker/crash
	daxbrokerd --once >/run/log 2>&1 || :
	[ ! -e /run/daxbroker/crash ] || { rm /run/daxbroker/crash; continue; }
	cells=$((cells + 1))
	echo "keep after $point: $(state dax0.0)"
	decide keep
	exits 0 daxbrokerd --once
	says 'that is undone'
	settled device_dax
done

# Killed each time: left alone, and told.
decide system-ram Zone=movable
for try in 1 2 3; do
	echo 'take 0 both' >/run/daxbroker/crash
	daxbrokerd --once >/run/log 2>&1 || :
	[ ! -e /run/daxbroker/crash ] || fail "no crash at try $try"
done
exits 6 daxbrokerd --once
says 'stuck'
says 'left alone'
exits 0 daxbrokerd --once
is dax0.0 'kmem 8 online Movable'
echo "figure: $cells cells"
