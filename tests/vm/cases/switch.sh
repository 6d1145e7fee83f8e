#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: newest modules=in-tree,daxbroker topology=hmem
# A soft-reserved region to RAM and back, each zone, and no write at all when
# nothing is to do.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

load_dax
[ "$(dax_driver dax0.0)" = device_dax ] || dax_bind dax0.0 device_dax

decide system-ram Zone=movable NodeName=capacity
exits 7 daxbroker node capacity
says 'daxbrokerd has not run'
exits 0 daxbroker plan
says 'bind dax0.0 to kmem'
is dax0.0 device_dax

exits 0 daxbrokerd --once
is dax0.0 'kmem 8 online Movable'
exits 0 daxbroker node capacity
expect 'the node of the name' 1 "$OUTPUT"
numactl -H | grep -q '^node 1 size: 10[0-9][0-9] MB' || fail 'node 1 is not 1 GiB'
daxctl list -d dax0.0 | grep -q '"mode":"system-ram"' || fail 'daxctl disagrees'
numactl --membind=1 dd if=/dev/zero of=/dev/null bs=64M count=1 2>/dev/null ||
	fail 'node 1 cannot be used'

if daxbroker_modules; then
	expect "the state of daxbroker's kmem" online_movable "$(dax_attr dax0.0 state)"
	expect probe_state default "$(cat /sys/module/kmem/parameters/probe_state)"
	exits 0 daxbroker show dax0.0
	says 'online_movable'
fi

# In the wanted state: nothing is opened for writing below /sys.
exits 0 strace -f -o /run/trace -e trace=openat,openat2,open,creat daxbrokerd --once
! grep -E '/?sys/.*O_(WRONLY|RDWR)' /run/trace || fail 'it wrote to sysfs'
grep -q 'sys/bus/dax' /run/trace || fail 'the trace shows nothing of it'

# Memory may never come back from a kernel zone of a node that has no other.
decide system-ram Zone=kernel
exits 0 daxbroker explain
says 'never leaves again'
decide system-ram Zone=kernel OneWay=refuse
exits 5 daxbrokerd --once
says 'OneWay=allow'
is dax0.0 'kmem 8 online Movable'

check_kernel_zone() {
	decide system-ram Zone=kernel
	exits 0 daxbrokerd --once
	is dax0.0 'kmem 8 online Normal'

	# Partly offline, partly in another zone: what is missing is done.
	echo offline >/sys/devices/system/memory/memory33/state
	echo offline >/sys/devices/system/memory/memory34/state
	echo online_movable >/sys/devices/system/memory/memory34/state
	exits 0 daxbrokerd --once
	is dax0.0 'kmem 8 online Normal'
}
kernel_zone_is_one_way || check_kernel_zone

decide devdax
exits 0 daxbrokerd --once
is dax0.0 device_dax
[ -c /dev/dax0.0 ] || fail '/dev/dax0.0 is not there'
hold map dax0.0
let_go

# A file system may have it: what the policy says is refused.
check_fsdev() {
	dax_bind dax0.0 fsdev_dax
	exits 0 daxbroker list -nro MODE
	says fsdev
	exits 5 daxbrokerd --once
	says 'unmount it, then unbind the device'
	is dax0.0 fsdev_dax
	dax_bind dax0.0 device_dax
}
! modprobe -q fsdev_dax || check_fsdev

# A device that has no driver at all.
echo dax0.0 >$DAX/drivers/device_dax/unbind
exits 0 daxbrokerd --once
is dax0.0 device_dax
echo dax0.0 >$DAX/drivers/device_dax/unbind
decide system-ram Zone=movable
exits 0 daxbrokerd --once
is dax0.0 'kmem 8 online Movable'

# The shipped policies alone keep everything.
no_policies
exits 0 daxbrokerd --once
is dax0.0 'kmem 8 online Movable'
