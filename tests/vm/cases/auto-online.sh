#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=in-tree,daxbroker once topology=hmem
# The kernel has a policy of its own (auto_online_blocks; 6.12's kmem takes
# hmem devices by itself before we run): what our policy says holds all the
# same, in the zone that it says.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

AUTO=/sys/devices/system/memory/auto_online_blocks

load_dax
modprobe kmem
echo "as booted: auto_online_blocks=$(cat $AUTO), dax0.0 $(state dax0.0)"
if [ "$VM_KERNEL" = 6.12 ]; then
	expect 'auto_online_blocks' online "$(cat $AUTO)"
	is dax0.0 'kmem 8 online Normal'
fi

for auto in online online_movable online_kernel offline; do
	echo "$auto" >$AUTO
	decide system-ram Zone=movable
	exits 0 daxbrokerd --once
	is dax0.0 'kmem 8 online Movable'
	decide devdax
	exits 0 daxbrokerd --once
	is dax0.0 device_dax
	decide system-ram Zone=kernel
	exits 0 daxbrokerd --once
	is dax0.0 'kmem 8 online Normal'
	decide devdax
	exits 0 daxbrokerd --once
	is dax0.0 device_dax
	decide system-ram Zone=auto
	exits 0 daxbroker plan
	zone=Normal
	[[ $OUTPUT != *'in the movable zone'* ]] || zone=Movable
	exits 0 daxbrokerd --once
	is dax0.0 "kmem 8 online $zone"
	expect 'auto_online_blocks' "$auto" "$(cat $AUTO)"
done
