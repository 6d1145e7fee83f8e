# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# For cases about the broker: . /tests/vm/lib/broker.sh
# shellcheck source=tests/vm/lib/guest.sh
. "${BASH_SOURCE[0]%/*}/guest.sh"

# Policies that others can write to are refused.
umask 022
TOOLS=/usr/lib/daxbroker-tests
ETC=/etc/daxbroker

# daxbroker_modules: this guest has them (a case's "modules=daxbroker").
daxbroker_modules() {
	[ -e "/lib/modules/$(uname -r)/updates/kmem.ko" ]
}

# policy NAME LINE...: a policy file in /etc/daxbroker.
policy() {
	local name=$1
	shift
	[ -d "$ETC" ] || mkdir -p "$ETC"
	printf '%s\n' "$@" >"$ETC/$name.region"
}

no_policies() {
	[ ! -e "$ETC" ] || rm -rf "$ETC"
}

# example NAME [SED]: the policies of docs/examples/NAME, as they are installed;
# a SED script puts in what is this machine's own.
example() {
	no_policies
	cp -r "/usr/share/doc/daxbroker/examples/$1" "$ETC"
	chmod -R u=rwX,go=rX "$ETC"
	[ -z "${2:-}" ] || sed -i "$2" "$ETC"/*.region
	exits 0 daxbroker check --strict
}

# decide MODE [SETTING...]: the only policy, for all devices.
decide() {
	local mode=$1
	shift
	no_policies
	policy 50-case '[Match]' 'Device=*' '[Region]' "Mode=$mode" "$@"
}

# states: "DEVICE STATE" of all devices, a line each.
states() {
	local path
	for path in "$DAX"/devices/*; do
		[ -e "$path" ] || continue
		find_state "${path##*/}"
		echo "${path##*/} $FOUND_STATE"
	done
}

# kept_unchanged BEFORE: fails if a device that its policy keeps is not what
# `states` said BEFORE. A job that was cut off is undone all the same.
kept_unchanged() {
	local device wanted was now after
	[[ $OUTPUT != *'was cut off'* ]] || return 0
	after=$(states)
	[ "$1" != "$after" ] || return 0
	# Its exit status is about all devices.
	while read -r device wanted; do
		[ "$wanted" = keep ] || continue
		was=$(grep "^$device " <<<"$1" || :)
		now=$(grep "^$device " <<<"$after" || :)
		[ -z "$was" ] || expect "what is kept" "$was" "$now"
	done < <(daxbroker list -nro DEVICE,WANTED || :)
	# Its end is a signal, which breaks off what the shell writes to sysfs then.
	wait $! || :
}

# exits STATUS COMMAND...: fails unless the command exits so (a pattern); what
# it said is in $OUTPUT, and shown. What is kept is as before.
exits() {
	local wanted=$1 status=0 before=
	shift
	case "$*" in
	*'daxbrokerd --once'* | 'daxbroker apply'*) before=$(states) ;;
	esac
	OUTPUT=$("$@" 2>&1) || status=$?
	[ -z "$OUTPUT" ] || printf '  | %s\n' "${OUTPUT//$'\n'/$'\n'  | }"
	# shellcheck disable=SC2053 # a pattern
	[[ $status == $wanted ]] ||
		fail "exit status $status instead of $wanted: $*"
	[ -z "$before" ] || kept_unchanged "$before"
}

# says PATTERN: $OUTPUT contains it.
says() {
	[[ $OUTPUT == *$1* ]] || fail "it does not say '$1'"
}

# find_blocks DEVICE: in $FOUND_BLOCKS "STATE ZONE" of each memory block in its
# ranges.
find_blocks() {
	local size mapping start end id state
	local memory=/sys/devices/system/memory
	FOUND_BLOCKS=()
	read -r size <$memory/block_size_bytes
	size=$((16#$size))
	for mapping in "$DAX/devices/$1"/mapping[0-9]*; do
		attr_of "$mapping/start" || continue
		start=$ATTR
		attr_of "$mapping/end" || continue
		end=$ATTR
		for ((id = (start + size - 1) / size; id < (end + 1) / size; id++)); do
			attr_of "$memory/memory$id/state" || continue
			state=$ATTR
			# Only of an online block: see facts/memory-block.c.
			[ "$state" != online ] || ! attr_of "$memory/memory$id/valid_zones" ||
				state+=${ATTR:+ ${ATTR%% *}}
			FOUND_BLOCKS+=("$state")
		done
	done
}

# blocks DEVICE: a line each.
blocks() {
	find_blocks "$1"
	[ ${#FOUND_BLOCKS[@]} = 0 ] || printf '%s\n' "${FOUND_BLOCKS[@]}"
}

# joined WORD...: in $JOINED, with commas between them.
joined() {
	local IFS=,
	JOINED="$*"
}

# find_state DEVICE: in $FOUND_STATE its driver and blocks, "kmem 8 online Movable";
# of blocks in several states those with the first name come first.
find_state() {
	local line first counted=()
	local -A number=()
	find_driver "$1"
	find_blocks "$1"
	for line in "${FOUND_BLOCKS[@]}"; do
		number[$line]=$((${number[$line]:-0} + 1))
	done
	while [ ${#number[@]} -gt 0 ]; do
		first=
		for line in "${!number[@]}"; do
			[[ -n $first && $first < $line ]] || first=$line
		done
		counted+=("${number[$first]} $first")
		unset "number[$first]"
	done
	joined "${counted[@]}"
	FOUND_STATE="${FOUND_DRIVER:-none}${JOINED:+ $JOINED}"
}

state() {
	find_state "$1"
	echo "$FOUND_STATE"
}

# is DEVICE STATE: fails unless state says so (a pattern).
is() {
	find_state "$1"
	expect "$1" "$2" "$FOUND_STATE"
	echo "ok: $1 is $2"
}

# becomes DEVICE STATE: the same, but what is under way has 60 s to end.
becomes() {
	local end=$((SECONDS + 60 * ${VM_PATIENCE:-1}))
	find_state "$1"
	# shellcheck disable=SC2053 # the state is a pattern
	until [[ $FOUND_STATE == $2 ]] || [ "$SECONDS" -ge "$end" ]; do
		sleep 0.2
		find_state "$1"
	done
	is "$1" "$2"
}

# hold HOW DEVICE: starts dax-hold and waits until it is ready; its pid is in
# $HOLDER.
hold() {
	rm -f /run/holder
	"$TOOLS/dax-hold" "$1" "/dev/$2" >/run/holder &
	HOLDER=$!
	wait_for 20 grep -q ready /run/holder
}

# let_go: ends it; fails if the data it wrote are not there any more.
let_go() {
	kill "$HOLDER"
	wait "$HOLDER" || fail "dax-hold exited with $?"
	HOLDER=
}

# nothing_left: no setting is held, no device drained, and no job in the journal
# that took a step and did not end. Paths that fit $MAY_BE_LEFT may be there.
MAY_BE_LEFT=none
nothing_left() {
	local left
	left=$(find /run/daxbroker -mindepth 1 ! -name '*lock' ! -name journal \
		! -name nodes ! -name decided ! -name plugged ! -name history \
		! -name overrides ! -name grants ! -name leases \
		! -path "$MAY_BE_LEFT")
	[ -z "$left" ] || fail "left in /run/daxbroker: $left"
	[ -e /run/daxbroker/journal ] || return 0
	left=$(awk -F '"' '$2 == "take" { open[$4] = 1 } $2 == "end" { delete open[$4] }
		END { for (id in open) print id }' /run/daxbroker/journal)
	[ -z "$left" ] || fail "the journal has jobs that did not end: $left"
}
