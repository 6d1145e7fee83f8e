# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# For cases that lay out a region: . /tests/vm/lib/layout.sh
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

# layout_of DEVICE: what the functions below are about: the region whose first
# device that is, all of it.
layout_of() {
	NAME=${1%.*}
	REGION=$(dirname "$(readlink -f "$DAX/devices/$1")")
	SIZE=$(cat "$REGION/dax_region/size")
	START=$(($(cat "$DAX/devices/$1/resource")))
}

# lay_out SECTION...: each "NAME SIZE MODE [SETTING...]" is a [Device] section.
lay_out() {
	local lines=() name size mode rest
	for section in "$@"; do
		read -r name size mode rest <<<"$section"
		lines+=('[Device]' "Name=$name" "Size=$size" "Mode=$mode")
		# shellcheck disable=SC2206 # words
		lines+=($rest)
	done
	no_policies
	policy 50-case '[Match]' Provider=hmem "Size=>=$SIZE" '[Region]' \
		Zone=movable "${lines[@]}"
}

# layout: of each device "START+SIZE/ALIGN DRIVER" in MiB from the region's
# start, by place.
layout() {
	local path start size align line index lines=()
	for path in "$REGION/$NAME".*; do
		read -r size <"$path/size"
		read -r align <"$path/align"
		start=$START
		[ "$size" = 0 ] || read -r start <"$path/mapping0/start"
		find_state "${path##*/}"
		printf -v line '%d+%d/%dM %s' $(((start - START) >> 20)) \
			$((size >> 20)) $((align >> 20)) "$FOUND_STATE"
		# By start, and what has no memory before what begins there.
		index=$((((start - START) >> 20) * 64 + (size > 0) * 32))
		while [ -n "${lines[index]:-}" ]; do
			index=$((index + 1))
		done
		lines[index]=$line
	done
	joined "${lines[@]}"
	echo "$JOINED"
}

# lies PATTERN: fails unless layout says so.
lies() {
	expect 'the region' "$1" "$(layout)"
	echo "ok: $1"
}

# at START: the name of the device that begins so many MiB into the region.
at() {
	local device start
	for device in "$REGION/$NAME".*; do
		[ -e "$device/mapping0" ] || continue
		read -r start <"$device/mapping0/start"
		[ $((start - START)) != $(($1 << 20)) ] || echo "${device##*/}"
	done
}
