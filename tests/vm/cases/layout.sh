#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=in-tree,daxbroker once topology=dax timeout=400
# A soft-reserved region of 3 GiB is laid out by policy, and laid out anew: what
# fits is kept, and a device in use is not touched.
set -euo pipefail
# shellcheck source=tests/vm/lib/layout.sh
. /tests/vm/lib/layout.sh

# An NVDIMM may have been numbered before the region's first device.
load_dax
wait_dax 1
for FIRST in $(dax_devices); do
	[ "$(dax_provider "$FIRST")" != hmem ] || break
done
layout_of "$FIRST"
expect 'the size of the region' $((3 << 30)) "$SIZE"

# nothing: the daemon finds nothing to do, and opens nothing for writing.
nothing() {
	local before
	before=$(layout)
	exits 0 strace -f -o /run/trace -e trace=openat,openat2,open,creat daxbrokerd --once
	! grep -E '/?sys/.*O_(WRONLY|RDWR)' /run/trace || fail 'it wrote to sysfs'
	expect 'the region afterwards' "$before" "$(layout)"
}

[ "$(dax_driver "$FIRST")" = device_dax ] || dax_bind "$FIRST" device_dax
WHOLE='0+3072/2M device_dax'
lies "$WHOLE"

# What a limit forbids of it is not begun.
lay_out 'a 512M devdax' 'pool rest system-ram'
printf '[Limits]\nMaxMovableRatio=1:100\n' >"$ETC/daxbroker.conf"
exits 5 daxbroker plan
says MaxMovableRatio
exits 5 daxbrokerd --once
lies "$WHOLE"
rm "$ETC/daxbroker.conf"

# Three slices: pages of 2M, pages of 1G, and RAM.
lay_out 'a 512M devdax' 'pool 512M system-ram NodeName=pool' 'big rest devdax Align=1G'
exits 0 daxbroker plan
says 'make a device of 2G'
lies "$WHOLE"
exits 0 daxbrokerd --once
THREE='0+512/2M device_dax,512+512/2M kmem 4 online Movable,1024+2048/1024M device_dax'
lies "$THREE"
for start in 0 1024; do
	[ -c "/dev/$(at $start)" ] || fail "no device at $start"
done
exits 0 daxbroker node pool
[[ $(daxctl list -d "$(at 512)") == *'"mode":"system-ram"'* ]] || fail 'daxctl disagrees'
exits 0 daxbroker list
exits 0 daxbroker explain
says 'it is big: devdax'
nothing

# Other sizes: the first fits and stays, with what holds it.
hold map "$(at 0)"
lay_out 'a 512M devdax' 'b 1G devdax' 'pool rest system-ram'
exits 0 daxbroker plan
exits 0 daxbrokerd --once
lies '0+512/2M device_dax,512+1024/2M device_dax,1536+1536/2M kmem 12 online Movable'
let_go
nothing

# One that would have to change is in use: nothing changes, and the message says who.
hold map "$(at 512)"
before=$(layout)
lay_out 'a 512M devdax' 'b rest devdax'
exits 5 daxbroker plan
says 'is in use by process'
exits '*' daxbrokerd --once
says "$HOLDER"
lies "$before"
let_go
exits 0 daxbrokerd --once
lies '0+512/2M device_dax,512+2560/2M device_dax'
nothing

# In another order, by hand: what is like a slice stands for it.
for device in $(dax_devices); do
	[[ $device == "$NAME".* ]] || continue
	echo "$device" >$DAX/drivers/device_dax/unbind
	echo 0 >"$DAX/devices/$device/size"
	[ "$device" = "$FIRST" ] || echo "$device" >"$REGION/dax_region/delete"
done
printf '%x-%x' $((START + (2560 << 20))) $((START + (3072 << 20) - 1)) >"$DAX/devices/$FIRST/mapping"
echo 1 >"$REGION/dax_region/create"
made=$(cat "$REGION/dax_region/create")
printf '%x-%x' "$START" $((START + (2560 << 20) - 1)) >"$DAX/devices/$made/mapping"
echo "made by hand: $(layout); the next name was $made"
exits 0 daxbrokerd --once
lies '0+2560/2M device_dax,2560+512/2M device_dax'
nothing

# What slices leave unused is left alone.
lay_out 'a 512M devdax'
nothing

# No policy: the devices stay as they are. One slice again: one device.
no_policies
nothing
lay_out 'all rest system-ram'
exits 0 daxbrokerd --once
lies '0+3072/2M kmem 24 online Movable'
nothing

# RAM is split, too: its memory is taken out first.
lay_out 'a 1G devdax' 'pool rest system-ram'
exits 0 daxbrokerd --once
lies '0+1024/2M device_dax,1024+2048/2M kmem 16 online Movable'

# Its memory does not go out: all is as before, the first device with its
# driver again.
INJECT=/sys/kernel/debug/notifier-error-inject/memory/actions
[ -d /sys/kernel/debug/bdi ] || mount -t debugfs debugfs /sys/kernel/debug
modprobe memory-notifier-error-inject
echo -16 >$INJECT/MEM_GOING_OFFLINE/error
before=$(layout)
lay_out 'all rest devdax'
exits 6 daxbrokerd --once
says 'is as it was before'
lies "$before"
echo 0 >$INJECT/MEM_GOING_OFFLINE/error
exits 0 daxbrokerd --once
lies "$WHOLE"

# Many slices, and one again.
many=()
for number in {1..24}; do many+=("s$number 128M devdax"); done
lay_out "${many[@]}"
begun=$(host_now)
exits 0 daxbrokerd --once
awk -v b="$begun" -v n="$(host_now)" 'BEGIN { printf "figure: 24 slices in %.1f s\n", n - b }'
expect 'how many devices' 24 "$(layout | tr , '\n' | grep -c '/2M device_dax$')"
nothing
lay_out 'all rest devdax'
begun=$(host_now)
exits 0 daxbrokerd --once
awk -v b="$begun" -v n="$(host_now)" 'BEGIN { printf "figure: one of 24 in %.1f s\n", n - b }'
lies "$WHOLE"
