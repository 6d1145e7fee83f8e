#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: long kernels=6.12 topology=cxl timeout=240
# A CXL region goes away in the middle of a job: nothing half done is left, and
# when the region is back its device becomes what it shall be. Where memory of it
# is online at that moment, the kernel takes the region for firmware's RAM from
# then on and makes no device of it: then only that the broker goes on.
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
	if grep -q 'System RAM (kmem)' /proc/iomem; then
		echo "figure: memory was online after $delay s"
		exit 0
	fi
	echo "$REGION" >$REGIONS/bind
	wait_dax 1
	DEVICE=$(dax_devices)
	exits 0 daxbrokerd --once
	exits 0 daxbrokerd --once
	[[ $OUTPUT != *'cut off'* ]] || fail 'it is recovered again'
}

REGION=$(make_cxl_region)
wait_for 20 test -e $DAX/devices/dax0.0
decide devdax
exits 0 daxbrokerd --once
# On the way to RAM: before it is there.
for delay in 0 0.01 0.02 0.04; do
	gone $delay system-ram Zone=movable
	is "$DEVICE" 'kmem 4 online Movable'
	decide devdax
	exits 0 daxbrokerd --once
	is "$DEVICE" device_dax
done
decide system-ram Zone=movable
exits 0 daxbrokerd --once
gone 0.1 devdax
is "$DEVICE" device_dax
