#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: kernels=6.12 modules=ours topology=cxl timeout=240
# A CXL region goes away in the middle of a job, both ways: nothing half done is
# left, and when the region is back its device becomes what it shall be. (The
# in-tree kmem would lose what is online then.)
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

REGIONS=/sys/bus/cxl/drivers/cxl_region

# gone DELAY MODE [SETTING...]
gone() {
	local delay=$1
	shift
	decide "$@"
	daxbrokerd --once >/run/log 2>&1 &
	broker=$!
	sleep "$delay"
	echo "$REGION" >$REGIONS/unbind
	wait $broker || :
	sed 's/^/  | /' /run/log
	expect 'devices' 0 "$(dax_devices | wc -l)"
	exits 0 daxbrokerd --once
	nothing_left
	echo "$REGION" >$REGIONS/bind
	(wait_dax 1) || { dmesg | tail -n 30; grep -i -A3 'cxl\|dax\|kmem' /proc/iomem; exit 1; }
	DEVICE=$(dax_devices)
	exits 0 daxbrokerd --once
	exits 0 daxbrokerd --once
	[[ $OUTPUT != *'cut off'* ]] || fail 'it is recovered again'
}

REGION=$(make_cxl_region)
wait_for 20 test -e $DAX/devices/dax0.0
decide devdax
exits 0 daxbrokerd --once
for delay in 0.02 0.1 0.3 0.6; do
	gone $delay system-ram Zone=movable
	is "$DEVICE" 'kmem 4 online Movable'
	gone $delay devdax
	is "$DEVICE" device_dax
done
