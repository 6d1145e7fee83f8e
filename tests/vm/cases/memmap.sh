#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=in-tree,daxbroker once topology=hmem-memmap
# MemmapOnMemory=: the map of the memory is in that memory, or not, also where it
# is plugged already; where the kernel has no such thing, that is reported.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

load_dax
[ "$(dax_driver dax0.0)" = device_dax ] || dax_bind dax0.0 device_dax

# managed: pages of node 1 that can be allocated, the map not among them.
managed() {
	awk '/^Node/ { node = $2 } node == "1," && $1 == "managed" { sum += $2 } END { print sum + 0 }' /proc/zoneinfo
}

PAGES=$((1 << 18))

if [ ! -e $DAX/devices/dax0.0/memmap_on_memory ]; then
	decide system-ram Zone=movable MemmapOnMemory=yes
	exits 0 daxbroker plan
	says 'no effect: it needs Linux 6.8'
	exits 0 daxbrokerd --once
	is dax0.0 'kmem 8 online Movable'
	exits 0 daxbroker explain
	says 'no effect'
	expect 'pages of node 1' $PAGES "$(managed)"
	exit 0
fi

decide system-ram Zone=movable MemmapOnMemory=yes
exits 0 daxbrokerd --once
is dax0.0 'kmem 8 online Movable'
expect memmap_on_memory 1 "$(dax_attr dax0.0 memmap_on_memory)"
expect 'pages of node 1' $((PAGES - PAGES / 64)) "$(managed)"

# Again: no step.
exits 0 daxbroker plan
says 'nothing: dax0.0 is system-ram'

# Otherwise: it is taken out for that.
decide system-ram Zone=movable MemmapOnMemory=no
exits 0 daxbroker plan
says 'set memmap_on_memory=0'
exits 0 daxbrokerd --once
is dax0.0 'kmem 8 online Movable'
expect 'pages of node 1' $PAGES "$(managed)"

# Left to the kernel: as it is.
decide system-ram Zone=movable
exits 0 daxbroker plan
says 'nothing: dax0.0 is system-ram'

# adopts MEMMAP PAGES: memory that was left behind is plugged as the device says
# when it is adopted, not as it said before.
adopts() {
	echo dax0.0 >$DAX/drivers/kmem/unbind
	echo "$1" >$DAX/devices/dax0.0/memmap_on_memory
	dax_bind dax0.0 kmem
	is dax0.0 'kmem 8 online Movable'
	echo unplugged >$DAX/devices/dax0.0/state
	echo online_movable >$DAX/devices/dax0.0/state
	expect 'pages of node 1 after adopting' "$2" "$(managed)"
}
if daxbroker_modules; then
	adopts 1 $((PAGES - PAGES / 64))
	adopts 0 $PAGES
fi

# The step that fails behind it takes it back.
decide devdax
exits 0 daxbrokerd --once
expect memmap_on_memory 0 "$(dax_attr dax0.0 memmap_on_memory)"
[ -d /sys/kernel/debug/bdi ] || mount -t debugfs debugfs /sys/kernel/debug
modprobe memory-notifier-error-inject
echo -12 >/sys/kernel/debug/notifier-error-inject/memory/actions/MEM_GOING_ONLINE/error
decide system-ram Zone=movable MemmapOnMemory=yes
exits 6 daxbrokerd --once
is dax0.0 device_dax
expect memmap_on_memory 0 "$(dax_attr dax0.0 memmap_on_memory)"
