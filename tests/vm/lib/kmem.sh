# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# For cases about kmod/kmem: . /tests/vm/lib/kmem.sh
# They need daxbroker's modules ("modules=daxbroker", see tests/vm/case).
# shellcheck source=tests/vm/lib/guest.sh
. /tests/vm/lib/guest.sh

TOOL=/usr/lib/daxbroker-tests/kmem-tool
MEMORY=/sys/devices/system/memory
BLOCK=$((16#$(cat $MEMORY/block_size_bytes)))
STATES=(unplugged offline online_movable online online_kernel)
! kernel_zone_is_one_way || STATES=(unplugged offline online_movable)

# load_kmem PROBE_STATE: daxbroker's, or the case fails.
load_kmem() {
	modprobe kmem "probe_state=$1" ||
		fail 'no kmem in the guest'
	[ -e /sys/module/kmem/parameters/probe_state ] ||
		fail 'modprobe loaded the in-tree kmem'
}

# use DEVICE: what the functions below are about; bound to kmem.
use() {
	DEV=$1
	DIR=$DAX/devices/$1
	dax_bind "$1" kmem || fail "cannot bind $1 to kmem"
	# shellcheck disable=SC2034 # for the cases
	NODE=$(cat "$DIR/target_node")
}

# In the emulator a process is what costs time: so there is none in what the cases
# ask a hundred times, not even a subshell where there is a function that has what
# it finds in a variable.
attr() {
	attr_of "$DIR/$1" || return
	echo "$ATTR"
}

# attr_is ATTRIBUTE VALUE
attr_is() {
	attr_of "$DIR/$1" || fail "$DEV has no $1"
	expect "$1 of $DEV" "$2" "$ATTR"
}

# state_is STATE
state_is() { attr_is state "$1"; }

# to STATE: a write that must succeed and be true after.
to() {
	echo "$1" >"$DIR/state" || fail "$DEV to $1: $(attr last_error)"
	state_is "$1"
}

# write_errno STATE: 0 or the errno's name of a write.
write_errno() {
	local out
	if out=$({ echo "$1" >"$DIR/state"; } 2>&1); then
		echo 0
		return
	fi
	case $out in
	*'Invalid argument'*) echo EINVAL ;;
	*'resource busy'*) echo EBUSY ;;
	*'Interrupted'*) echo EINTR ;;
	*'Cannot allocate'*) echo ENOMEM ;;
	*) echo "$out" ;;
	esac
}

# find_ids: in $IDS those of all blocks that the device's mappings contain, there
# or not.
find_ids() {
	local mapping start end id
	IDS=()
	for mapping in "$DIR"/mapping[0-9]*; do
		[ -e "$mapping" ] || continue
		read -r start <"$mapping/start"
		read -r end <"$mapping/end"
		for ((id = (start + BLOCK - 1) / BLOCK; id < (end + 1) / BLOCK; id++)); do
			IDS+=("$id")
		done
	done
}

block_ids() {
	find_ids
	printf '%s\n' "${IDS[@]}"
}

# blocks_are PATTERN: "STATE ZONE", or "none", of every block.
blocks_are() {
	local id
	find_ids
	for id in "${IDS[@]}"; do
		see_block "$id"
		# shellcheck disable=SC2053 # a pattern
		[[ $NOW == $1 ]] || fail "memory$id is '$NOW', not '$1'"
	done
}

# see_block ID: in $NOW "online ZONE", "offline" or "none". The zones of blocks that
# are not online are not read: see facts/memory-block.c.
see_block() {
	NOW=none
	attr_of "$MEMORY/memory$1/state" || return 0
	NOW=${ATTR:-none}
	[ "$NOW" = online ] || return 0
	attr_of "$MEMORY/memory$1/valid_zones" || return 0
	NOW+=${ATTR:+ ${ATTR%% *}}
}

block_now() {
	see_block "$1"
	echo "$NOW"
}

# blocks_set STATE [ID...]: single blocks, as others do it. Again if a signal
# came (SIGCHLD, that is): the kernel's attribute does not restart.
blocks_set() {
	local id word=$1
	shift
	if [ $# = 0 ]; then
		find_ids
		set -- "${IDS[@]}"
	fi
	for id; do
		{ echo "$word" >"$MEMORY/memory$id/state"; } 2>/dev/null ||
			echo "$word" >"$MEMORY/memory$id/state" || return
	done
}

# usable: bytes of the device that whole blocks make.
usable() {
	find_ids
	echo $((${#IDS[@]} * BLOCK))
}

# is_gone: nothing of the device is left in the kernel.
is_gone() {
	state_is unplugged
	blocks_are none
	attr_is plugged_bytes 0
	attr_is online_bytes 0
	! grep -q "$DEV" /proc/iomem || fail "iomem still has $DEV"
	attr_of /sys/module/kmem/refcnt
	[ "$ATTR" = 0 ] || fail 'the module is held'
}

# is_plugged STATE: all of it is in, and everything says so.
is_plugged() {
	state_is "$1"
	case $1 in
	online_movable) blocks_are 'online Movable' ;;
	online_kernel) blocks_are 'online Normal' ;;
	online) blocks_are 'online *' ;;
	offline) ;;
	esac
	find_ids
	attr_is plugged_bytes $((${#IDS[@]} * BLOCK))
	[ "$1" = offline ] || attr_is online_bytes $((${#IDS[@]} * BLOCK))
	grep -A1 ": $DEV\$" /proc/iomem | grep -q 'System RAM (kmem)' ||
		fail 'iomem does not show it'
}

# enter STATE: from whatever it is in now.
enter() {
	echo unplugged >"$DIR/state" || fail "cannot unplug: $(attr last_error)"
	case $1 in
	unplugged) ;;
	offline) to online_movable && blocks_set offline ;;
	*) to "$1" ;;
	esac
	state_is "$1"
}

# verdict FROM TO: what upstream's ABI says of the write.
verdict() {
	case $1,$2 in
	*,offline) echo EINVAL ;;
	"$2,$2" | unplugged,* | *,unplugged) echo 0 ;;
	*) echo EBUSY ;;
	esac
}

# check_state_machine: every write in every state, of the device in use.
check_state_machine() {
	local from to word wanted
	is_gone
	for from in "${STATES[@]}"; do
		for to in "${STATES[@]}"; do
			enter "$from"
			wanted=$(verdict "$from" "$to")
			expect "$from: writing $to" "$wanted" "$(write_errno "$to")"
			if [ "$wanted" != 0 ]; then
				state_is "$from"
			elif [ "$to" = unplugged ]; then
				is_gone
			else
				is_plugged "$to"
			fi
			[ "$wanted" != EBUSY ] ||
				attr_is last_error '*step=refuse errno=16'
		done
		enter "$from"
		for word in '' on Online online_ 'online online' unplug 0; do
			expect "writing '$word'" EINVAL "$(write_errno "$word")"
			state_is "$from"
		done
	done
	enter unplugged
	is_gone
}

# shrink_and_unplug: after the kernel has had memory of the device for itself:
# what it does not need must go first.
shrink_and_unplug() {
	shrink_caches
	echo unplugged >"$DIR/state"
}

# snapshot: what must be the same after as before.
snapshot() {
	cat /proc/iomem
	cat /sys/devices/system/node/{possible,online,has_memory}
	ls /sys/devices/system/node $MEMORY
	sed -n 's/MemTotal.*: *//p' /sys/devices/system/node/node0/meminfo
}

# fragment: of the hmem region's 1 GiB, a device of two ranges without a driver,
# $FRAGMENTED. Between them lies another device, which device_dax has: new_id
# would offer it to kmem otherwise.
fragment() {
	local between
	dax_bind dax0.0 device_dax
	echo dax0.0 >$DAX/drivers/device_dax/unbind
	echo 0 >$DAX/devices/dax0.0/size
	FRAGMENTED=$(daxctl create-device -r 0 -s 256M 2>/dev/null | chardev) || return
	between=$(daxctl create-device -r 0 -s 128M 2>/dev/null | chardev) || return
	dax_bind "$between" device_dax
	[ -z "$(dax_driver "$FRAGMENTED")" ] ||
		echo "$FRAGMENTED" >"$DAX/drivers/$(dax_driver "$FRAGMENTED")/unbind"
	echo $((512 << 20)) >"$DAX/devices/$FRAGMENTED/size" || return
	[ -e "$DAX/devices/$FRAGMENTED/mapping1" ]
}
