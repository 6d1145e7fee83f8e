# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# For cases that kill the daemon and its worker between two steps:
# . /tests/vm/lib/crash.sh; they need a build with -Dcrash-hook=true. It is about
# dax0.0, all of a region of 8 blocks; a case about others has its own shown() and
# $REGION.
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

grep -q daxbroker/crash "$(command -v daxbrokerd)" ||
	fail 'daxbrokerd was built without -Dcrash-hook=true'

JOURNAL=/run/daxbroker/journal
MEMORY=/sys/devices/system/memory
AUTO=$(cat $MEMORY/auto_online_blocks)
INJECT=/sys/kernel/debug/notifier-error-inject/memory/actions
# The case's argument: the shapes that it is to be about; or "thin": every second
# point only, of its three cells one, another one at the next. The points in between
# are for the other kernels, where the same case runs.
ONLY=${1:-*} THIN=''
[ "$ONLY" != thin ] || { ONLY='*' THIN=1; }
PARITY=0
[ "$VM_KERNEL" != 6.1 ] || PARITY=1
ERROR=
POINTS=0
CELLS=0

load_dax
[ "$(dax_driver dax0.0)" = device_dax ] || dax_bind dax0.0 device_dax
REGION=$(dirname "$(readlink -f $DAX/devices/dax0.0)")

# From devdax to where memory goes online: daxbroker's kmem does that in the bind.
PLUG_STEPS=4
# shellcheck disable=SC2034 # for the cases
! daxbroker_modules || PLUG_STEPS=3

# shown: what a state is, in a line. A device that maps itself says so.
shown() {
	local memmap=0 file=$DAX/devices/dax0.0/memmap_on_memory
	[ ! -e $file ] || read -r memmap <$file
	[ "$memmap" = 0 ] && memmap='' || memmap=', memmap in it'
	find_driver dax0.0
	find_blocks dax0.0
	joined "${FOUND_BLOCKS[@]}"
	echo "$FOUND_DRIVER $JOINED$memmap"
}

# all STATE: kmem has it, and each block is so.
all() { echo "kmem $1,$1,$1,$1,$1,$1,$1,$1"; }

# The places where shapes start.
devdax() {
	decide devdax
	once
}

ram() {
	decide system-ram Zone=movable
	once
}

none() {
	devdax
	echo dax0.0 >$DAX/drivers/device_dax/unbind
}

# once [STATUS]: a run of the daemon that ends so; what it said is in $OUTPUT. Where
# it leaves stranded what was stranded before, that is 6.
once() {
	local status=0
	OUTPUT=$(daxbrokerd --once 2>&1) || status=$?
	[ "$status" = "${1:-0}" ] ||
		[[ $status == 6 && ${1:-0} == 0 && $OUTPUT == *': stranded: '* ]] ||
		fail "exit status $status: $OUTPUT"$'\n'"now: $(shown)"
}

# start: as the shape begins; nothing is left to recover.
start() {
	no_error
	$FROM
	[[ $OUTPUT != *'cut off'* ]] || fail "recovered again: $OUTPUT"
	BEFORE=$(shown)
}

# with_error ACTION ERRNO: memory notifications fail so from now on, in every
# cell of the next shape.
with_error() {
	[ -d /sys/kernel/debug/bdi ] || mount -t debugfs debugfs /sys/kernel/debug
	modprobe memory-notifier-error-inject
	ERROR=$1/error
	ERRNO=$2
}

no_error() {
	[ -z "$ERROR" ] || echo 0 >"$INJECT/$ERROR"
}

want() {
	"${POLICY[@]}"
	[ -z "$ERROR" ] || echo "$ERRNO" >"$INJECT/$ERROR"
}

# steps_of WORD: those that the first job in the journal began to take or undo.
steps_of() {
	awk -F '[":,}]+' -v word="$1" '$2 == "begin" && !id { id = $3 }
		$2 == word && $3 == id { print $5 }' $JOURNAL
}

# sound STATE: that is there, nothing is held or left to recover, and every byte
# of the region is one device's or free.
sound() {
	local path bytes all sum=0
	expect 'the state' "$1" "$(shown)"
	nothing_left
	read -r bytes <$MEMORY/auto_online_blocks
	expect auto_online_blocks "$AUTO" "$bytes"
	read -r bytes <$DAX/drivers_autoprobe
	expect drivers_autoprobe 1 "$bytes"
	path=/sys/module/kmem/parameters/probe_state
	if [ -e $path ]; then
		read -r bytes <$path
		expect probe_state default "$bytes"
	fi
	for path in "$REGION"/dax*.*/size "$REGION/dax_region/available_size"; do
		read -r bytes <"$path"
		sum=$((sum + bytes))
	done
	read -r all <"$REGION/dax_region/size"
	expect 'bytes of the region' "$all" $sum
	no_overlap
}

# no_overlap: no two of the region's mappings have the same memory.
no_overlap() {
	local path start end i j starts=() ends=()
	for path in "$REGION"/dax*.*/mapping[0-9]*; do
		[ -e "$path" ] || continue
		read -r start <"$path/start"
		read -r end <"$path/end"
		starts+=($((start))) ends+=($((end)))
	done
	for ((i = 0; i < ${#starts[@]}; i++)); do
		for ((j = 0; j < i; j++)); do
			((starts[i] > ends[j] || starts[j] > ends[i])) ||
				fail 'two devices have the same memory'
		done
	done
}

# cut_off POINT: a run that is killed there, or the case fails.
cut_off() {
	start
	want
	echo "$1" >/run/daxbroker/crash
	# Without bash's notice that it was killed.
	{ daxbrokerd --once >/run/log 2>&1 || :; } 2>/dev/null
	[ ! -e /run/daxbroker/crash ] || fail "no crash at $1: $(cat /run/log)"
	echo "$SHAPE: cut off at $1: $(shown)"
}

counted() {
	cells=$((cells + 1))
}

# goes_on POINT STATE: killed there, the worker is followed by one that goes on;
# or fails again, when it did.
goes_on() {
	cut_off "$1 worker"
	OUTPUT=$(</run/log)
	says 'was cut off at step'
	sound "$2"
	counted
}

# restarted POINT: with the daemon, by one of the next daemon's.
restarted() {
	cut_off "$1 both"
	no_error
	once
	says 'was cut off at step'
	sound "$FINAL"
	counted
}

# undone POINT: that undoes it, when it is not wanted any more.
undone() {
	cut_off "$1 both"
	no_error
	no_policies
	once
	says 'is being undone'
	sound "$BEFORE"
	counted
}

# kill_at POINT STATE
kill_at() {
	local turn=all
	POINTS=$((POINTS + 1))
	if [ -n "$THIN" ]; then
		[ $((POINTS % 2)) = $PARITY ] || return 0
		turn=$((POINTS / 2 % 3))
	fi
	[[ $turn != @(all|0) ]] || goes_on "$@"
	[[ $turn != @(all|1) ]] || restarted "$1"
	[[ $turn != @(all|2) ]] || undone "$1"
}

# shape NAME STEPS FROM FINAL POLICY...: from what FROM brings about to FINAL,
# as the command POLICY decides, cut off before and after each step, which are
# so many or more. After with_error it fails, and is cut off in undoing.
shape() {
	local least=$2 words=(take took) status=0 after cells=0 steps step word
	SHAPE=$1 FROM=$3 FINAL=$4
	POLICY=("${@:5}")
	# shellcheck disable=SC2053 # a pattern
	[[ $SHAPE == $ONLY ]] || { ERROR=; return 0; }
	[ -z "$ERROR" ] || words=(undo undid) status=6
	start
	rm -f $JOURNAL
	want
	once $status
	after=$FINAL
	[ -z "$ERROR" ] || after=$BEFORE
	sound "$after"
	mapfile -t steps < <(steps_of "${words[0]}")
	wait $! || : # see kept_unchanged
	[ ${#steps[@]} -ge "$least" ] ||
		fail "$SHAPE: ${#steps[@]} steps instead of $least: $OUTPUT"
	for step in "${steps[@]}"; do
		for word in "${words[@]}"; do
			kill_at "$word $step" "$after"
		done
	done
	no_error
	ERROR=
	echo "figure: $cells cells of $SHAPE"
	CELLS=$((CELLS + cells))
}

# total: the last thing a case says.
total() {
	[ "$CELLS" -gt 0 ] || fail "no shape is called '$ONLY'"
	echo "figure: $CELLS cells"
}
