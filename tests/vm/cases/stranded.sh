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
