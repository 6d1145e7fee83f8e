#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=in-tree,daxbroker once topology=hmem last timeout=300
# Somebody unbinds kmem while the memory is online. The in-tree kmem loses it
# until reboot, and the message says so; with daxbroker's kmem the memory is back when it is bound again, and what
# fails or is cut off meanwhile is undone.
# Needs a build with -Dcrash-hook=true.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

MEMORY=/sys/devices/system/memory

strand() {
	decide system-ram Zone=movable
	exits 0 daxbrokerd --once
	echo dax0.0 >$DAX/drivers/kmem/unbind
	is dax0.0 'none 8 online Movable'
}

load_dax
[ "$(dax_driver dax0.0)" = device_dax ] || dax_bind dax0.0 device_dax
strand
if ! daxbroker_modules; then
	for mode in system-ram devdax; do
		decide $mode
		exits 5 daxbrokerd --once
		says 'only a reboot'
		is dax0.0 'none 8 online Movable'
	done
	decide keep
	exits 6 daxbrokerd --once
	says 'no driver has this memory any more'
	echo hmem.0 >/sys/bus/platform/drivers/hmem/unbind
	[ ! -e $DAX/devices/dax0.0 ] || fail 'the device is there'
	exits 6 daxbrokerd --once
	says 'the device is gone, and 1G of its memory is online on node 1'
	exits 0 daxbroker list -nro DEVICE,NODE,STATE
	says '0x100000000-0x13fffffff 1 stranded'
	exit 0
fi

grep -q daxbroker/crash "$(command -v daxbrokerd)" ||
	fail 'daxbrokerd was built without -Dcrash-hook=true'

# As it was, then in another zone, then a part of it, then given up.
exits 0 daxbrokerd --once
is dax0.0 'kmem 8 online Movable'
strand
decide system-ram Zone=kernel
exits 0 daxbrokerd --once
is dax0.0 'kmem 8 online Normal'
strand
echo offline >$MEMORY/memory39/state
decide system-ram Zone=movable
exits 0 daxbroker plan
says 'adopts'
exits 0 daxbrokerd --once
is dax0.0 'kmem 8 online Movable'
strand
decide devdax
exits 0 daxbrokerd --once
is dax0.0 device_dax
hold map dax0.0
let_go

# Its memory was of other ranges than it has now: more, or two devices'. resize
# DEVICE SIZE gives a device without a driver other memory.
resize() {
	echo 0 >"$DAX/devices/$1/size"
	echo "$2" >"$DAX/devices/$1/size"
}

half() {
	echo dax0.0 >$DAX/drivers/device_dax/unbind
	resize dax0.0 $((512 << 20))
}

whole=$(cat $DAX/devices/dax0.0/size)
strand_half() {
	half
	decide system-ram Zone=movable
	exits 0 daxbrokerd --once
	echo dax0.0 >$DAX/drivers/kmem/unbind
	is dax0.0 'none 4 online Movable'
	resize dax0.0 "$whole"
}

strand_half
decide devdax
exits 0 daxbroker plan
says 'go offline'
exits 0 daxbrokerd --once
is dax0.0 device_dax
strand_half
decide system-ram Zone=movable
exits 0 daxbrokerd --once
is dax0.0 'kmem 8 online Movable'
decide devdax
exits 0 daxbrokerd --once

region=$(readlink -f $DAX/devices/dax0.0)/../dax_region
half
echo 1 >"$region/create"
resize dax0.1 $((512 << 20))
decide system-ram Zone=movable
exits 0 daxbrokerd --once
is dax0.1 'kmem 4 online Movable'
for device in dax0.0 dax0.1; do
	echo $device >$DAX/drivers/kmem/unbind
done
echo 0 >$DAX/devices/dax0.1/size
echo dax0.1 >"$region/delete"
resize dax0.0 "$whole"
is dax0.0 'none 8 online Movable'
exits 0 daxbrokerd --once
is dax0.0 'kmem 8 online Movable'
decide devdax
exits 0 daxbrokerd --once
is dax0.0 device_dax

# Half-way through taking it offline, one block stays: it holds pages of a pipe
# in a kernel zone.
half
decide system-ram Zone=movable
exits 0 daxbrokerd --once
echo offline >$MEMORY/memory32/state
echo online_kernel >$MEMORY/memory32/state
TOOL=$TOOLS/kmem-tool
start_tool pipe 1 60
echo dax0.0 >$DAX/drivers/kmem/unbind
resize dax0.0 "$whole"
decide devdax
exits 6 daxbrokerd --once
says 'memory32 of dax0.0'
says 'is as it was before'
is dax0.0 'none 3 online Movable,1 online Normal'
stop_tool "$TOOL_PID"
# The kernel may keep small objects there for a while.
next_try() {
	shrink_caches
	daxbrokerd --once
}
wait_for 30 next_try
is dax0.0 device_dax

# cut WORD: the adoption is cut off before (take) or after (took) its step.
cut() {
	decide devdax
	mkdir -p /run/daxbroker
	echo "$1 0 both" >/run/daxbroker/crash
	daxbrokerd --once >/run/log 2>&1 || :
	[ ! -e /run/daxbroker/crash ] || fail "no crash: $(cat /run/log)"
}

# Killed when it had taken some offline, and not wanted any more.
strand_half
cut take
echo offline >$MEMORY/memory35/state
echo offline >$MEMORY/memory34/state
decide keep
exits 6 daxbrokerd --once
says 'is being undone'
is dax0.0 'none 4 online Movable'

# When all of it was offline and gone: it comes back with the device's own.
cut took
is dax0.0 kmem
decide keep
exits 6 daxbrokerd --once
says 'is being undone'
is dax0.0 'none 4 offline,4 online Movable'

# And where it is still wanted.
cut take
echo offline >$MEMORY/memory35/state
exits 0 daxbrokerd --once
says 'it is being finished'
is dax0.0 device_dax

# It reaches beyond the device that it is found in.
strand
resize dax0.0 $((512 << 20))
decide devdax
exits 6 daxbrokerd --once
says 'reaches beyond dax0.0'
says 'is as it was before'
is dax0.0 'none 4 online Movable'
for id in 36 37 38 39; do
	echo offline >$MEMORY/memory$id/state
done
exits 0 daxbrokerd --once
is dax0.0 device_dax
echo dax0.0 >$DAX/drivers/device_dax/unbind
resize dax0.0 "$whole"
exits 0 daxbrokerd --once
is dax0.0 device_dax

# The same where the region is to be laid out.
strand_half
no_policies
policy 50-case '[Match]' Provider=hmem '[Region]' Zone=movable \
	'[Device]' Name=a Size=256M Mode=devdax \
	'[Device]' Name=b Size=rest Mode=system-ram
exits 0 daxbrokerd --once
is dax0.0 device_dax
is dax0.1 'kmem 6 online Movable'
