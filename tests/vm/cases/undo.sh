#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=in-tree,daxbroker once topology=hmem
# A step that fails half-way: what was done is undone, and the next try works.
# The case failures is about those that fail at once.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

load_dax
[ "$(dax_driver dax0.0)" = device_dax ] || dax_bind dax0.0 device_dax
echo offline >/sys/devices/system/memory/auto_online_blocks

decide system-ram Zone=movable
exits 0 daxbrokerd --once
is dax0.0 'kmem 8 online Movable'

# The block that is tried last is the node's only one in a kernel zone and holds
# pages of a pipe, which cannot be moved. Those that went offline before it come
# back in their zone.
echo offline >/sys/devices/system/memory/memory32/state
echo online_kernel >/sys/devices/system/memory/memory32/state
is dax0.0 'kmem 7 online Movable,1 online Normal'
TOOL=$TOOLS/kmem-tool
start_tool pipe 1 60
decide devdax
exits 6 daxbrokerd --once
says 'memory32 of dax0.0'
says 'is as it was before'
is dax0.0 'kmem 7 online Movable,1 online Normal'
stop_tool "$TOOL_PID"
# The kernel may keep small objects there for a while.
next_try() {
	shrink_caches
	daxbrokerd --once
}
wait_for 30 next_try
is dax0.0 device_dax
