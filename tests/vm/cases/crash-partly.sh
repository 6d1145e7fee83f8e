#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=in-tree,daxbroker once thin topology=hmem-memmap timeout=900
# As the case crash, from where others or a kernel left a device: a part of its
# memory offline or in another zone, all of it without a driver, or the map of
# the memory elsewhere.
set -euo pipefail
# shellcheck source=tests/vm/lib/crash.sh
. /tests/vm/lib/crash.sh

DEVDAX='device_dax '
MOVABLE=$(all 'online Movable')

partly() {
	ram
	for block in 33 38 39; do
		echo offline >$MEMORY/memory$block/state
	done
	echo online_kernel >$MEMORY/memory33/state
}

offline() {
	ram
	for block in {39..32}; do
		echo offline >$MEMORY/memory"$block"/state
	done
}

shape 'partly to RAM' 2 partly "$MOVABLE" decide system-ram Zone=movable
shape 'partly to devdax' 2 partly "$DEVDAX" decide devdax
shape 'all offline to RAM' 1 offline "$MOVABLE" decide system-ram Zone=movable

if daxbroker_modules; then
	stranded() {
		ram
		echo offline >$MEMORY/memory39/state
		echo dax0.0 >$DAX/drivers/kmem/unbind
	}
	shape 'stranded to RAM' 2 stranded "$MOVABLE" decide system-ram Zone=movable
	shape 'stranded to devdax' 3 stranded "$DEVDAX" decide devdax
else
	echo 'no shapes of stranded memory: the in-tree kmem never gives it back'
fi

if [ -e $DAX/devices/dax0.0/memmap_on_memory ]; then
	mapped() {
		decide system-ram Zone=movable MemmapOnMemory="$1"
		once
	}
	unmapped() { mapped no; }
	memmap_off() {
		unmapped
		devdax
	}
	IN_IT="$MOVABLE, memmap in it"
	shape 'devdax to RAM that maps itself' 5 memmap_off "$IN_IT" \
		decide system-ram Zone=movable MemmapOnMemory=yes
	shape 'RAM to RAM that maps itself' 4 unmapped "$IN_IT" \
		decide system-ram Zone=movable MemmapOnMemory=yes
	with_error MEM_GOING_ONLINE -12
	shape 'devdax to RAM that maps itself, undoing it' $((PLUG_STEPS + 1)) memmap_off "$IN_IT" \
		decide system-ram Zone=movable MemmapOnMemory=yes
else
	echo 'no shapes of memmap_on_memory: this kernel does not offer it'
fi
total
