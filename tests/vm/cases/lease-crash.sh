#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: long modules=in-tree,daxbroker once topology=pool setup timeout=3000
# The worker, or it and the daemon, are killed before and after each step of all
# jobs of a lease, and the daemon before and after each of its own writes, while the
# lease begins and while it ends. Each time it stands, or its client is told; the
# next tenant reads zeros; no byte is lost; and the neighbour notices nothing. The
# arguments are the first point and how many to go on, for a part.
set -euo pipefail
# shellcheck source=tests/vm/lib/lease.sh
. /tests/vm/lib/lease.sh

# Else what has no policy at boot becomes RAM in a kernel zone, for good.
if [ "${1:-}" = setup ]; then
	pool cache Zone=movable
	exit
fi

# shellcheck source=tests/vm/lib/lease-crash.sh
. /tests/vm/lib/lease-crash.sh
FIRST=${1:-1} STEP=${2:-1}
trap '[ $? = 0 ] || { journalctl -b -n 80 -u daxbrokerd -o short-monotonic
	states; cat /run/daxbroker/grants; } || :' EXIT

wait_dax 1
systemctl start daxbrokerd
wait_for 120 online_is 8
crash_begin
lease_shape "$FIRST" "$STEP" system-ram acquire
lease_shape "$FIRST" "$STEP" free release
echo "figure: $CELLS cells in $SECONDS s; the lease stood in $STANDS, its client was told in $TOLD"
