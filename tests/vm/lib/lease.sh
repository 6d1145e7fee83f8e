# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# For cases about leases, under systemd: . /tests/vm/lib/lease.sh
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

# shellcheck disable=SC2034 # for the cases
BLOCK=$((128 << 20))

# In the emulator a process is what costs time: what is asked again and again is
# asked without.
NOTHING=/run/nothing.fifo
[ -e $NOTHING ] || mkfifo $NOTHING
pause() { read -rt "$1" <>$NOTHING || :; }

# await SECONDS COMMAND...: as wait_for, of a command that is a function and says
# nothing.
await() {
	local end=$((SECONDS + $1 * ${VM_PATIENCE:-1}))
	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || fail "waited in vain for: $*"
		pause 0.1
	done
}

# pool NAME [SETTING...]: the hmem region is a pool of granules of a memory block,
# which are RAM while nobody has them.
pool() {
	local name=$1
	shift
	policy 50-pool '[Match]' 'Provider=hmem' '[Region]' Mode=pool \
		'[Pool]' "Name=$name" Granule=128M "$@"
}

# objects INTERFACE FILTER: what jq makes of the properties of all objects with it.
objects() {
	busctl --json=short call org.daxbroker1 /org/daxbroker1 \
		org.freedesktop.DBus.ObjectManager GetManagedObjects |
		jq -r --arg i "org.daxbroker1.$1" \
			"[.data[0] | to_entries[] | .value[\$i] // empty |
			map_values(.data)] | $2"
}

# lease ID PROPERTY
lease() {
	objects Lease ".[] | select(.Id == \"$1\") | .$2"
}

# lease_of NAME PROPERTY: of the lease that its client calls so; "" where none is.
lease_of() {
	objects Lease "[.[] | select(.Name == \"$1\") | .$2][0] // \"\""
}

leases_are() { # N
	[ "$(objects Lease length)" = "$1" ]
}

lease_is() { # NAME STATE
	[ "$(lease_of "$1" State)" = "$2" ]
}

# grants_are N: so many have memory, by the daemon's file.
grants_are() {
	local line n=0
	while read -r line; do
		[ "$line" != '[Grant]' ] || n=$((n + 1))
	done 2>/dev/null </run/daxbroker/grants
	[ $n = "$1" ]
}

# pool_is NAME PROPERTY VALUE
pool_is() {
	[ "$(objects Pool ".[] | select(.Name == \"$1\") | .$2")" = "$3" ]
}

# online: how many blocks of node 1 are.
online() {
	local path n=0
	for path in /sys/devices/system/node/node1/memory[0-9]*; do
		[ -e "$path" ] || continue
		attr_of "$path/state" || continue
		[ "$ATTR" != online ] || n=$((n + 1))
	done
	echo $n
}

online_is() { [ "$(online)" = "$1" ]; }

# tenant NAME SIZE [OPTION...] -- COMMAND...: a lease of the pool "cache" for the
# command in the background, which says "ready" when it has it; its pid is in
# $TENANT, what it says in /run/tenant.NAME.
tenant() {
	local name=$1 size=$2 options=()
	shift 2
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	# Of what one with the same name has said nothing is left.
	: >"/run/tenant.$name"
	daxbroker lease run --pool cache --size "$size" --name "$name" \
		"${options[@]}" -- "$@" >"/run/tenant.$name" 2>&1 &
	# shellcheck disable=SC2034 # for the cases
	TENANT=$!
}

# ranges_of NAME: its physical memory, by the same file.
ranges_of() {
	local line ranges=
	while read -r line; do
		case $line in
		Ranges=*) ranges=${line#*=} ;;
		"Name=$1") echo "$ranges" ;;
		esac
	done </run/daxbroker/grants
}

# has_said NAME WORD: the tenant.
has_said() {
	local lines
	mapfile -t lines 2>/dev/null <"/run/tenant.$1"
	[[ ${lines[*]} == *"$2"* ]]
}

ready() { # NAME
	(await 120 has_said "$1" ready) ||
		fail "tenant $1: $(cat "/run/tenant.$1")"$'\n'"$(journalctl -n 30 -u daxbrokerd -o cat)"
}

# leaves PID STATUS: it is to end, and exits so.
leaves() {
	local status=0
	kill -TERM "$1" 2>/dev/null || :
	wait "$1" || status=$?
	expect "exit status of the tenant" "$2" $status
}

# sound: no device has another's memory, none of it is lost.
sound() {
	local path bytes all sum=0 region
	region=$(dirname "$(readlink -f $DAX/devices/dax0.0)")
	for path in "$region"/dax*.*/size "$region/dax_region/available_size"; do
		read -r bytes <"$path"
		sum=$((sum + bytes))
	done
	read -r all <"$region/dax_region/size"
	expect 'bytes of the region' "$all" $sum
}

# all_idle: every lease is gone, and all memory is RAM again.
all_idle() {
	await 120 grants_are 0
	wait_for 120 leases_are 0
	await 120 online_is 8
	expect 'what the pool has leased' 0 \
		"$(objects Pool '.[] | select(.Name == "cache") | .Leased')"
	sound
}
