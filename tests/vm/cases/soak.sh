#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=in-tree,daxbroker once thin=30 topology=three-regions systemd setup timeout=600
# Everything at random for a while: policies that change, layouts, other agents, users,
# memory in use, devices that go and come, kills of the daemon and of its workers.
# After each few of them all is let settle, and then has to be in order.
# usage: tests/vm/case BUILDDIR KERNEL MODULES soak [SECONDS [SEED [OF ATTACK]]]
#   OF ATTACK  so many of the seconds, at the end, beside a user who attacks as he can
#              (tests/vm/lib/attack.sh): root's apply is answered all the same, and
#              nothing of it stays. Default 0; it is what the case attack does.
set -euo pipefail
# shellcheck source=tests/vm/lib/attack.sh
. /tests/vm/lib/attack.sh

AUTO=/sys/devices/system/memory/auto_online_blocks
PROBE=/sys/module/kmem/parameters/probe_state
REGIONS=(hmem left right)

setup() {
	attack_setup
	make_all_devdax 2M
	# From the boot on: what 6.12 puts online by itself the kernel uses too.
	policy 50-boot '[Match]' 'Provider=hmem pmem' '[Region]' Mode=devdax
}

# --- the machine: regions by their own names, for devices renumber

declare -A PARENT WANTED POLICY NODE
declare -A GONE=() COUNTS=()
# Of regions whose policy is to keep: their drivers since that has settled.
declare -A KEPT=()
holder_region='' memory_pid=''

# devices_of REGION: names of its devices now, by place; nothing when it is not
# there.
devices_of() {
	local path start
	for path in "${PARENT[$1]}"/dax*/ "${PARENT[$1]}"/dax*/dax*/; do
		[ -e "$path/target_node" ] || continue
		start=0
		[ ! -e "$path/mapping0" ] || start=$(cat "$path/mapping0/start")
		echo "$((start)) $(basename "$path")"
	done | sort -n | cut -d' ' -f2
}

# region_is REGION: the states of its devices, by place.
region_is() {
	local device states=()
	for device in $(devices_of "$1"); do
		states+=("$(state "$device")")
	done
	local IFS=+
	echo "${states[*]}"
}

find_regions() {
	local device parent sides=(left right)
	wait_dax 3
	udevadm settle
	for device in $(dax_devices); do
		parent=$(readlink -f "$DAX/devices/$device/..")
		if [ "$(dax_provider "$device")" = hmem ]; then
			PARENT[hmem]=$parent
			POLICY[hmem]=Provider=hmem
			NODE[hmem]=$(dax_attr "$device" target_node)
		else
			PARENT[${sides[0]}]=$parent
			POLICY[${sides[0]}]=UUID=$(cat "$parent/uuid")
			NODE[${sides[0]}]=$(dax_attr "$device" target_node)
			sides=("${sides[@]:1}")
		fi
	done
	[ ${#PARENT[@]} = 3 ] || fail "there are ${#PARENT[@]} regions"
}

# pick WORD...: one of them in $PICKED. No command substitution: a subshell
# has a $RANDOM of its own, which the seed does not govern.
pick() {
	shift $((RANDOM % $#))
	PICKED=$1
}

# pick_region: one that is there; fails if there is none.
pick_region() {
	local region there=()
	for region in "${REGIONS[@]}"; do
		[ -n "${GONE[$region]:-}" ] || there+=("$region")
	done
	[ ${#there[@]} -gt 0 ] && pick "${there[@]}"
}

# pick_device: one of a region that is there, in $PICKED, the region in $region;
# fails if there is none.
pick_device() {
	local devices
	pick_region || return 1
	region=$PICKED
	mapfile -t devices < <(devices_of "$region")
	wait $! || : # see kept_unchanged
	[ ${#devices[@]} -gt 0 ] && pick "${devices[@]}"
}

nap() {
	local ms=$((RANDOM % 300))
	sleep "$(printf 0.%03d $ms)"
}

# pids COMM: processes so named.
pids() {
	local path name
	for path in /proc/[0-9]*; do
		read -r name 2>/dev/null <"$path/comm" || continue
		[ "$name" != "$1" ] || echo "${path##*/}"
	done
}

# --- what happens to it

# decide_region REGION MODE: only hmem's region can be laid out; what is not is
# one slice.
decide_region() {
	local lines=(Mode=devdax) slices=()
	unset "KEPT[$1]"
	[ "$1" != hmem ] || slices=('[Device]' Name=all Size=100%)
	WANTED[$1]=device_dax
	case $2 in
	movable) lines=(Mode=system-ram Zone=movable) WANTED[$1]='kmem [0-9] online Movable' ;;
	kernel) lines=(Mode=system-ram Zone=kernel) WANTED[$1]='kmem [0-9] online Normal' ;;
	keep) lines=(Mode=keep) WANTED[$1]='*' slices=() ;;
	error) lines=(Mode=nonsense) WANTED[$1]='*' ;;
	split)
		slices=('[Device]' Name=a Size=512M Mode=devdax
			'[Device]' Name=b Size=rest Mode=system-ram Zone=movable)
		WANTED[$1]='device_dax+kmem 4 online Movable'
		;;
	three)
		slices=('[Device]' Name=a Size=256M Mode=system-ram Zone=movable
			'[Device]' Name=b Size=256M Mode=devdax
			'[Device]' Name=c Size=rest Mode=devdax)
		WANTED[$1]='kmem 2 online Movable+device_dax+device_dax'
		;;
	esac
	policy "50-$1" '[Match]' "${POLICY[$1]}" '[Region]' "${lines[@]}" \
		Persistent=overwrite "${slices[@]}"
}

do_policy() {
	local region
	pick "${REGIONS[@]}"
	region=$PICKED
	if [ "$region" = hmem ]; then
		pick devdax movable movable kernel keep error split split three
	else
		pick devdax devdax movable movable movable kernel keep error
	fi
	decide_region "$region" "$PICKED"
	systemctl reload --no-block daxbrokerd 2>/dev/null || :
}

do_apply() { timed $APPLIES daxbroker apply >/dev/null 2>&1 & }

do_block() {
	local region path id
	pick_device || return 0
	path=$DAX/devices/$PICKED/mapping0/start
	[ -e "$path" ] || return 0
	id=$(($(cat "$path") / 134217728 + 1 + RANDOM % 3))
	pick online_movable online_kernel online offline offline
	# The in-tree kmem loses memory that goes online right before the unbind.
	daxbroker_modules || PICKED=offline
	(echo "$PICKED" >"/sys/devices/system/memory/memory$id/state") \
		2>/dev/null || :
}

do_daxctl() {
	local region device
	pick_device || return 0
	device=$PICKED
	pick online-memory offline-memory
	# It would go on for seconds, and the in-tree kmem loses memory that goes
	# online between the last scan and the unbind.
	daxbroker_modules || PICKED=offline-memory
	daxctl "$PICKED" "$device" >/dev/null 2>&1 &
}

do_hold() {
	local region device
	[ -z "$holder_region" ] || return 0
	pick_device || return 0
	device=$PICKED
	[ -c "/dev/$device" ] || return 0
	pick open map map-only
	"$TOOLS/dax-hold" "$PICKED" "/dev/$device" >/dev/null 2>&1 &
	HOLDER=$!
	holder_region=$region
}

let_go_of_it() {
	[ -n "$holder_region" ] || return 0
	kill "$HOLDER" 2>/dev/null || :
	wait "$HOLDER" 2>/dev/null || :
	holder_region=
}

do_memory() {
	if [ -n "$memory_pid" ]; then
		memory_is_intact
	else
		"$TOOLS/memory-pattern" "${NODE[hmem]}" 64 >/run/pattern 2>&1 &
		memory_pid=$!
	fi
}

# Where the node had no memory at the time there was no process either.
memory_is_intact() {
	local status=0
	[ -n "$memory_pid" ] || return 0
	kill -TERM "$memory_pid" 2>/dev/null || :
	wait "$memory_pid" || status=$?
	memory_pid=
	case $status in
	0 | 2 | 143) ;;
	*) fail "memory-pattern: exit status $status: $(cat /run/pattern)" ;;
	esac
}

# A job takes no longer than a program takes to start: so it is waited for by
# bash alone.
do_kill_worker() {
	local main pid='' end ms=$((RANDOM % 80))
	main=$(systemctl show -P MainPID daxbrokerd)
	[ "$main" != 0 ] || return 0
	do_policy
	end=$((SECONDS + 2))
	until [ -n "$pid" ] || [ $SECONDS -gt $end ]; do
		read -r pid _ 2>/dev/null <"/proc/$main/task/$main/children" || :
	done
	[ -n "$pid" ] || return 0
	read -r -t "$(printf 0.%03d $ms)" <>"$NOTHING" || :
	! kill -KILL "$pid" 2>/dev/null || count met_worker
}

do_kill_daemon() {
	systemctl reset-failed daxbrokerd
	pick main all
	systemctl kill -s KILL "--kill-who=$PICKED" daxbrokerd 2>/dev/null || :
}

do_restart() {
	systemctl reset-failed daxbrokerd
	systemctl restart --no-block daxbrokerd
}

# The in-tree kmem loses memory that is online when its device goes: then only
# a device that is at rest may.
do_remove() {
	local region driver
	pick_region || return 0
	region=$PICKED
	[ "$region" != "$holder_region" ] || return 0
	if ! daxbroker_modules; then
		decide_region "$region" devdax
		settle
		[ "$(region_is "$region")" = device_dax ] || return 0
	fi
	driver=$(readlink -f "${PARENT[$region]}/driver")
	unset "KEPT[$region]"
	GONE[$region]=$driver
	basename "${PARENT[$region]}" >"$driver/unbind"
}

do_add() {
	local region
	for region in "${!GONE[@]}"; do
		basename "${PARENT[$region]}" >"${GONE[$region]}/bind" ||
			fail "$region cannot come back"
		unset "GONE[$region]"
		return 0
	done
}

# While all the rest goes on.
do_stop_polkit() { stop_agent polkit 5; }
do_stop_udev() { stop_agent systemd-udevd 5; }

count() { COUNTS[$1]=$((${COUNTS[$1]:-0} + 1)); }

EVENTS=(policy policy policy policy apply block block daxctl hold memory
	kill_worker kill_worker kill_daemon restart)
# Linux 6.1 can hang for ever when a provider is unbound while anybody reads the
# attributes of its region.
[ "$VM_KERNEL" = 6.1 ] || EVENTS+=(remove add add)

# --- what is to hold when it has settled

applied() {
	local status=0
	OUTPUT=$(timed $APPLIES daxbroker apply 2>&1) || status=$?
	case $status in
	0 | 4 | 5 | 6) return 0 ;;
	esac
	return 1
}

# leave_unmovable: of regions with memory of the kernel itself in a block nothing
# more is wanted: what is tried again now and then never comes to rest.
leave_unmovable() {
	local region device left=1
	UNMOVABLE=()
	for region in "${REGIONS[@]}"; do
		for device in $(devices_of "$region"); do
			[[ $OUTPUT == *"$device failed"*"$device "*'it is tried again'* ]] ||
				continue
			decide_region "$region" keep
			UNMOVABLE+=("$device")
			count would_not_go_offline
			left=0
		done
	done
	return $left
}

# Nothing interferes any more; then everything gets its chance.
settle() {
	let_go_of_it
	# In the kernel it waits as a job does, for pages that do not move; and the
	# daemon is active when it has applied the policies.
	wait_for $APPLY_MAX eval "! pidof daxctl"
	wait_for $APPLY_MAX systemctl -q is-active daxbrokerd
	wait_for $APPLY_MAX applied
	! leave_unmovable || wait_for $APPLY_MAX applied
	[ -z "$(pids daxbroker-job)" ] || fail 'settled, and there is a worker'
}

# in_order REGION
in_order() {
	local now device outcomes=() blocked=''
	now=$(region_is "$1")
	for device in $(devices_of "$1"); do
		device_in_order "$device" "$1"
	done
	# Memory of the kernel itself may keep a block online.
	if [ -n "$blocked" ]; then
		count would_not_go_offline
		return 0
	fi
	# shellcheck disable=SC2053 # a pattern
	[[ $now == ${WANTED[$1]} ]] ||
		fail "$1 is '$now', not '${WANTED[$1]}' (${outcomes[*]}): $OUTPUT"
	whole "$1"
	[ "${WANTED[$1]}" = '*' ] || for device in "${outcomes[@]}"; do
		expect "outcome in $1" '@(as-decided|switched|restored)' "$device"
	done
}

# device_in_order DEVICE REGION: adds to $outcomes, and sets $blocked.
device_in_order() {
	local outcome all
	# Their exit status is about all devices.
	outcome=$({ daxbroker status -nr || :; } |
		awk -v d="$1" '$1 == d { print $2 }')
	all=$(daxbroker list -nro DEVICE,DRIVER "$1" || :)
	expect "what list says of $1" "$1 $(dax_driver "$1")*" "$all"
	if [[ ${WANTED[$2]} = '*' && $(state "$1") = 'none '*' online '* ]]; then
		count kept_without_driver # it went while online, and came back
	else
		expect "state of $1" '@(device_dax|none|kmem*)' "$(state "$1")"
	fi
	expect "state of $1" '!(*going*)' "$(state "$1")"
	[[ $outcome != failed || $OUTPUT != *'would not go offline'* ]] || blocked=1
	outcomes+=("$outcome")
}

# whole REGION: every byte of it is accounted for.
whole() {
	local device blocks=0 size=0
	for device in $(devices_of "$1"); do
		size=$((size + $(cat "$DAX/devices/$device/size")))
		blocks=$((blocks + $(blocks "$device" | wc -l)))
	done
	expect "size of $1" "${SIZE[$1]}" "$size"
	[[ ${WANTED[$1]} != kmem*([!+]) ]] ||
		expect "memory blocks of $1" "${BLOCKS[$1]}" "$blocks"
}

# drivers_of REGION: of its devices, by place.
drivers_of() {
	local device
	for device in $(devices_of "$1"); do
		echo "$device $(dax_driver "$device")"
	done
}

# kept REGION: nothing has changed the driver of what the policy keeps.
kept() {
	local now
	[ "${WANTED[$1]}" = '*' ] || return 0
	now=$(drivers_of "$1")
	[ -z "${KEPT[$1]:-}" ] || expect "drivers in $1, which is kept" "${KEPT[$1]}" "$now"
	KEPT[$1]=$now
}

check() {
	local region
	settle
	# It has a row, too, for memory that a region left behind when it went.
	expect 'devices that list has' "$(dax_devices | wc -l)" \
		"$({ daxbroker list -nro DEVICE || :; } | grep -c '^dax')"
	for region in "${REGIONS[@]}"; do
		[ -z "${GONE[$region]:-}" ] || continue
		in_order "$region"
		kept "$region"
	done
	expect auto_online_blocks "$auto" "$(cat $AUTO)"
	[ ! -e $PROBE ] || expect probe_state default "$(cat $PROBE)"
	nothing_left
	measure_daemon
	count checked
}

# ---

# explain_failure: for the person who has to find out what went wrong.
explain_failure() {
	local path
	echo "status of daxbroker: $(timeout 10 daxbroker status 2>&1)"
	for region in "${REGIONS[@]}"; do
		echo "$region: ${GONE[$region]:+gone} wanted '${WANTED[$region]:-}', is" \
			"'$(region_is "$region")'"
	done
	for path in $(pids daxbroker-job) $(pids daxbrokerd) $(pids dax-hold); do
		echo "process $path: $(cat "/proc/$path/comm" "/proc/$path/stack" | paste -sd' ')"
	done
	cat /run/daxbroker/journal
	journalctl -b -u daxbrokerd --no-pager -o cat | tail -n 60
	dmesg | tail -n 20
}

if [ "${1:-}" = setup ]; then
	setup
	exit
fi
trap '[ $? = 0 ] || explain_failure' EXIT
NOTHING=/run/nothing
mkfifo $NOTHING
duration=${1:-60}
seed=${2:-$((RANDOM + $(date +%N | tail -c 5 | sed 's/^0*//') + 0))}
echo "seed $seed"
attack=${3:-0}
RANDOM=$seed
declare -A SIZE BLOCKS
find_regions
systemctl start daxbrokerd
auto=$(cat $AUTO)
no_policies
for region in "${REGIONS[@]}"; do
	decide_region "$region" movable
done
settle
for region in "${REGIONS[@]}"; do
	device=$(devices_of "$region")
	SIZE[$region]=$(dax_attr "$device" size)
	BLOCKS[$region]=$(blocks "$device" | wc -l)
	echo "$region: $device, ${SIZE[$region]} bytes, $(state "$device")"
done
check

# go_on SECONDS
go_on() {
	local i event end=$((SECONDS + $1))
	while [ $SECONDS -lt $end ]; do
		for ((i = RANDOM % 5; i >= 0; i--)); do
			pick "${EVENTS[@]}"
			event=$PICKED
			echo "$SECONDS: $event"
			count "$event"
			"do_$event"
			nap
		done
		check
	done
}

# go_on_attacked SECONDS
go_on_attacked() {
	rm -f $APPLIES
	attack_begin
	EVENTS+=(stop_polkit stop_udev apply apply)
	go_on "$1"
	attack_goes_on
	attack_end
	attack_figures
}

go_on $((duration - attack))
[ "$attack" = 0 ] || go_on_attacked "$attack"
memory_is_intact
while [ ${#GONE[@]} -gt 0 ]; do
	do_add
done
for region in "${REGIONS[@]}"; do
	decide_region "$region" movable
done
check
none_offline "${UNMOVABLE[@]}"
is_idle 10
for event in "${!COUNTS[@]}"; do
	echo "figure: $event ${COUNTS[$event]}"
done | sort
