#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=in-tree,daxbroker once topology=hmem timeout=300
# RAM that is in use goes back to devdax under load: its pages move, and the
# process that has them finds its data as it wrote them; locked memory and huge
# pages too. What cannot move (reserved huge pages, a long-term pin) is refused
# or given up, undone, and its owner is named.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

HUGE=hugepages/hugepages-2048kB/nr_hugepages
NODES=/sys/devices/system/node

# on_node PID: how many of its pages are on node 1.
on_node() {
	awk '{ for (i = 1; i <= NF; i++) if (sub("^N1=", "", $i)) n += $i }
		END { print n + 0 }' "/proc/$1/numa_maps"
}

# use MIB [HOW]: a process fills so much of the node, and goes on using it.
use() {
	# shellcheck disable=SC2034 # start_tool's
	TOOL=$TOOLS/memory-pattern
	start_tool 1 "$@"
	USER_PID=$TOOL_PID
}

# intact: it has found its data so up to its end.
intact() {
	local status=0
	kill -TERM "$USER_PID"
	wait "$USER_PID" || status=$?
	tail -n 1 "$TOOL_OUT"
	expect 'exit status of memory-pattern' 0 $status
	grep -q '^intact: ' "$TOOL_OUT" || fail 'it does not say that it is'
}

# moves WHAT: all memory of node 1 goes away while it is in use.
moves() {
	local begin=$EPOCHREALTIME end
	decide devdax
	exits 0 daxbrokerd --once
	end=$EPOCHREALTIME
	is dax0.0 device_dax
	expect "pages of $1 on node 1" 0 "$(on_node "$USER_PID")"
	intact
	echo "figure: $1 moved in $(awk -v b="$begin" -v e="$end" \
		'BEGIN { printf "%.2f", e - b }') s"
}

# pool N: so many huge pages of the node. The kernel stops making them, without an
# error, for any signal: that a child has ended, too. A subshell has none.
pool() {
	(echo "$1" >$NODES/node1/$HUGE)
	expect 'huge pages on the node' "$1" "$(cat $NODES/node1/$HUGE)"
}

plug() {
	decide system-ram Zone="$1"
	exits 0 daxbrokerd --once
}

load_dax
[ "$(dax_driver dax0.0)" = device_dax ] || dax_bind dax0.0 device_dax

plug movable
use 400
[ "$(on_node "$USER_PID")" -ge $((400 * 256)) ] || fail 'it is not on the node'
moves '400 MiB under load'

plug movable
use 100 lock
exits 0 daxbroker diagnose dax0.0
says "process $USER_PID (memory-pattern"
moves '100 MiB of locked memory'

plug movable
pool 40
use 48 huge
moves '48 MiB of huge pages, and 32 MiB of free ones'
echo 0 >/proc/sys/vm/nr_hugepages

# Huge pages that are promised to somebody and free nowhere else.
plug movable
pool 16
TOOL=$TOOLS/kmem-tool
start_tool hugetlb 32
decide devdax
exits 6 daxbrokerd --once
says 'is as it was before'
says 'pages in huge pages, for which other nodes have no room'
is dax0.0 'kmem 8 online Movable'
exits 5 daxbroker diagnose dax0.0
says 'blocked: node 1 has 16 huge pages of 2M'
stop_tool "$TOOL_PID"
pool 0
exits 0 daxbrokerd --once
is dax0.0 device_dax

# A long-term pin: the kernel tries for ever. Its owner is named meanwhile; the
# daemon is stopped, and the next start undoes what that one had begun.
rm -f /run/tool
"$TOOLS/kmem-tool" pin 1 300 >/run/tool &
TOOL_PID=$!
wait_for 20 grep -q ring /run/tool
plug kernel
wait_for 20 grep -q ready /run/tool
decide devdax
daxbrokerd --once >/run/log 2>&1 &
broker=$!
sleep 3
kill -0 $broker || fail "it ended: $(cat /run/log)"
exits 5 daxbroker diagnose dax0.0
says "blocked: process $TOOL_PID (kmem-tool"
says 'has pinned 300M'
kill -TERM $broker
wait_for 30 eval "! kill -0 $broker"
wait $broker || :
sed 's/^/  | /' /run/log
decide system-ram Zone=kernel
exits 0 daxbrokerd --once
is dax0.0 'kmem 8 online Normal'
stop_tool "$TOOL_PID"
decide devdax
exits 0 daxbrokerd --once
is dax0.0 device_dax
