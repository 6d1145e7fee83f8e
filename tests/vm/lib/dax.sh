# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# For cases about kmod/device_dax: . /tests/vm/lib/dax.sh
# They need daxbroker's modules ("modules=daxbroker", see tests/vm/case).
# shellcheck source=tests/vm/lib/guest.sh
. /tests/vm/lib/guest.sh

TOOL=/usr/lib/daxbroker-tests/dax-tool
DRIVER=$DAX/drivers/device_dax
# shellcheck disable=SC2034 # for the cases
ALIGNS=(4096 2097152 1073741824)

# load_device_dax "[PARAMETER...]": daxbroker's, or the case fails.
load_device_dax() {
	# shellcheck disable=SC2086 # words
	modprobe device_dax $1 ||
		fail 'no device_dax of daxbroker in the guest'
	[ -e /sys/module/device_dax/parameters/exclusive ] ||
		fail 'modprobe loaded the in-tree device_dax'
}

load_in_tree() {
	insmod "$(find "/lib/modules/$(uname -r)/kernel" -name 'device_dax.ko*' | head -n 1)"
	[ ! -e /sys/module/device_dax/parameters/exclusive ] ||
		fail 'this is not the in-tree device_dax'
}

# use DEVICE: what the functions below are about; bound to device_dax. Without
# udev its node has the name that the kernel gave it.
use() {
	DEV=$1
	DIR=$DAX/devices/$1
	NODE=/dev/$1
	dax_bind "$1" device_dax || fail "cannot bind $1 to device_dax"
	wait_for 5 test -c "$NODE"
}

# device_of PROVIDER: its first device that has a size.
device_of() {
	local device
	for device in $(dax_devices); do
		[ "$(dax_provider "$device")" = "$1" ] || continue
		[ "$(dax_attr "$device" size)" != 0 ] || continue
		echo "$device"
		return
	done
	fail "no $1 device"
}

attr() {
	attr_of "$DIR/$1" || return
	echo "$ATTR"
}

user() { attr "users/$1"; }

# size_of: of the device in use; a device without a driver has one too.
size_of() { attr size; }

# align_to BYTES: a dynamic device.
align_to() {
	[ "$(attr align)" != "$1" ] || return 0
	echo "$DEV" >$DRIVER/unbind
	echo "$1" >"$DIR/align" || return
	echo "$DEV" >$DRIVER/bind
}

# write_errno ATTRIBUTE WORD: 0 or the errno's name of a write.
write_errno() {
	local out
	if out=$({ echo "$2" >"$DIR/$1"; } 2>&1); then
		echo 0
		return
	fi
	case $out in
	*'Invalid argument'*) echo EINVAL ;;
	*'resource busy'*) echo EBUSY ;;
	*'No such device'*) echo ENODEV ;;
	*) echo "$out" ;;
	esac
}

# tool COMMAND...: with ALIGN for those that map around something.
tool() {
	ALIGN=$(attr align) "$TOOL" "$@" || fail "dax-tool $*"
}

# users_are OPENERS MAPPINGS BYTES PINS
users_are() {
	local name now=()
	for name in openers mappings mapped_bytes pinned_pages; do
		attr_of "$DIR/users/$name" || fail "no users/$name"
		now+=("$ATTR")
	done
	expect 'openers, mappings, mapped_bytes, pinned_pages' "$*" "${now[*]}"
}

# is_unused: pages that the kernel lets go of late have a second.
is_unused() {
	wait_for 2 is_unpinned
	users_are 0 0 0 0
}

is_unpinned() {
	attr_of "$DIR/users/pinned_pages"
	[ "$ATTR" = 0 ]
}

# errno_is OPEN MMAP: what they say now.
errno_is() {
	expect 'errno of open and mmap' "$*" \
		"$("$TOOL" errno "$NODE" "$(attr align)")"
}

# fragment DEVICE: of a dynamic region's only device one of several ranges with
# another device between each two; the device is $FRAGMENTED.
fragment() {
	local i devices=() other region=${1%.*}
	dax_bind "$1" device_dax
	echo "$1" >$DRIVER/unbind
	echo 0 >"$DAX/devices/$1/size"
	for ((i = 0; i < 7; i++)); do
		devices+=("$(daxctl create-device -r "${region#dax}" -s 64M 2>/dev/null | chardev)") || return
	done
	for other in "${devices[@]}"; do
		[ -z "$(dax_driver "$other")" ] ||
			echo "$other" >"$DAX/drivers/$(dax_driver "$other")/unbind"
	done
	# Every other one goes, and the first takes what was theirs.
	for i in 1 3 5; do
		echo 0 >"$DAX/devices/${devices[i]}/size" || return
	done
	FRAGMENTED=${devices[2]}
	echo $((256 << 20)) >"$DAX/devices/$FRAGMENTED/size" || return
	[ -e "$DAX/devices/$FRAGMENTED/mapping3" ]
}
