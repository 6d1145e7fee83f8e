#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=in-tree,daxbroker once topology=hmem timeout=300
# What keeps memory from going offline is named, before the attempt and after
# it failed: an io_uring buffer, reserved huge pages, memory of the kernel; and
# locked memory is made to move, and does.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

HUGE=/sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages

# start COMMAND...: kmem-tool in the background; its pid is in $TOOL_PID.
start() {
	"$TOOLS/kmem-tool" "$@" >/run/tool &
	TOOL_PID=$!
}

is_ready() {
	wait_for 20 grep -q ready /run/tool
}

stop() {
	kill "$TOOL_PID"
	wait "$TOOL_PID" || :
}

# diagnosed STATUS SAYS...
diagnosed() {
	local status=$1 what
	shift
	exits "$status" daxbroker diagnose dax0.0
	for what; do
		says "$what"
	done
}

load_dax
[ "$(dax_driver dax0.0)" = device_dax ] || dax_bind dax0.0 device_dax
diagnosed 0 'nothing to take offline'

decide system-ram Zone=movable
exits 0 daxbrokerd --once
diagnosed 0 'all of it can go offline'
start lock 1 64
is_ready
diagnosed 0 "process $TOOL_PID (kmem-tool" 'has locked 64M' \
	'has 64M of it where it may use memory of node 1 alone'
TIMEFORMAT='figure: diagnosing 1 GiB took %R s'
time daxbroker diagnose dax0.0 --json >/run/json
grep -q '"locked_pages":16384' <(tr -d ' \n' </run/json) || fail 'no count in JSON'
decide devdax
exits 0 daxbrokerd --once
is dax0.0 device_dax
stop

# A page of the node in 80 TiB of addresses, as anybody can have it: before Linux
# 6.7 that process is left out after a while.
decide system-ram Zone=movable
exits 0 daxbrokerd --once
start sparse 1
is_ready
TIMEFORMAT='figure: diagnosing with 80 TiB of addresses took %R s'
time timeout 60 daxbroker diagnose dax0.0 --json >/run/json || :
if [[ $(uname -r) == 6.1.* ]]; then
	grep -q 'not all processes' /run/json || fail 'nothing is left out'
else
	grep -q "\"pid\":$TOOL_PID" <(tr -d ' \n' </run/json) || fail 'it is not found'
fi
stop
decide devdax
exits 0 daxbrokerd --once

# Before the node has memory: see kmem-tool.
start pin 1 4
wait_for 20 grep -q ring /run/tool
decide system-ram Zone=kernel
exits 0 daxbrokerd --once
is_ready
diagnosed 5 "process $TOOL_PID (kmem-tool" 'has pinned 4M of it for I/O'
stop
exits '[05]' daxbroker diagnose dax0.0
[[ $OUTPUT != *pinned* ]] || fail 'the pin is still reported'

echo 16 >$HUGE
start hugetlb 32
is_ready
diagnosed 5 'blocked: node 1 has 16 huge pages of 2M: 0 used, 16 free' 'reserved'
stop
diagnosed '[05]' 'free: node 1 has 16 huge pages'
echo 0 >$HUGE
decide devdax
exits 0 daxbrokerd --once

decide system-ram Zone=kernel
exits 0 daxbrokerd --once
start pipe 1 65536
is_ready
diagnosed 5 'of other kernel memory, in memory'
decide devdax
exits 6 daxbrokerd --once
diagnosed 5 'blocked: ' 'the kernel last said'
is dax0.0 'kmem 8 online Normal'
stop
