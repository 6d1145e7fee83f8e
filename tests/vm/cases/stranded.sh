#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=tree,ours once topology=hmem
# Somebody unbinds kmem while the memory is online. The in-tree kmem loses it
# until reboot, which is told; ours has it back when it is bound again.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

strand() {
	decide system-ram Zone=movable
	exits 0 daxbrokerd --once
	echo dax0.0 >$DAX/drivers/kmem/unbind
	is dax0.0 'none 8 online Movable'
}

load_dax
[ "$(dax_driver dax0.0)" = device_dax ] || dax_bind dax0.0 device_dax
strand
if ! ours; then
	for mode in system-ram devdax; do
		decide $mode
		exits 5 daxbrokerd --once
		says 'only a reboot'
		is dax0.0 'none 8 online Movable'
	done
	exit 0
fi

# As it was, then in another zone, then a part of it, then given up.
exits 0 daxbrokerd --once
is dax0.0 'kmem 8 online Movable'
strand
decide system-ram Zone=kernel
exits 0 daxbrokerd --once
is dax0.0 'kmem 8 online Normal'
strand
echo offline >/sys/devices/system/memory/memory39/state
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

# The same where the region is to be carved.
strand_half
no_policies
policy 50-case '[Match]' Provider=hmem '[Region]' Zone=movable \
	'[Device]' Name=a Size=256M Mode=devdax \
	'[Device]' Name=b Size=rest Mode=system-ram
exits 0 daxbrokerd --once
is dax0.0 device_dax
is dax0.1 'kmem 6 online Movable'
