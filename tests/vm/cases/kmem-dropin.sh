#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=daxbroker topology=hmem timeout=240
# In place of the in-tree kmem: the same after binding, with plain writes to
# bind and unbind, and unmodified daxctl both ways.
set -euo pipefail
# shellcheck source=tests/vm/lib/kmem.sh
. /tests/vm/lib/kmem.sh

# What others can see of a device that was just bound, but for addresses that
# differ from boot to boot.
bound_view() {
	grep -B2 -A2 'System RAM (kmem)' /proc/iomem
	ls /sys/devices/system/node $MEMORY
	cat $MEMORY/memory*/{state,valid_zones}
	cat /sys/devices/virtual/memory_tiering/*/nodelist 2>/dev/null
	sed -n 's/MemTotal.*: *//p' /sys/devices/system/node/node*/meminfo
	readlink "$DAX/devices/dax0.0/driver/module"
}

load_in_tree() {
	insmod "$(find "/lib/modules/$(uname -r)/kernel" -name 'kmem.ko*' | head -n 1)"
	[ ! -e /sys/module/kmem/parameters/probe_state ] || fail 'this is not the in-tree kmem'
}

modprobe -a dax_hmem device_dax
for auto in offline online online_kernel online_movable; do
	echo $auto >$MEMORY/auto_online_blocks
	for module in load_in_tree 'load_kmem default'; do
		$module
		dax_bind dax0.0 kmem
		[ "$module" != load_in_tree ] || in_tree=$(bound_view)
		[ "$module" = load_in_tree ] || daxbroker=$(bound_view)
		for path in "$MEMORY"/memory[0-9]*; do
			[ "${path##*memory}" -ge 32 ] || continue
			attr_of "$path/state"
			[ "$ATTR" != online ] || echo offline >"$path/state"
		done
		echo dax0.0 >$DAX/drivers/kmem/unbind
		rmmod kmem
	done
	[ "$in_tree" = "$daxbroker" ] ||
		fail "auto_online_blocks=$auto: $(diff <(echo "$in_tree") <(echo "$daxbroker"))"
done
echo offline >$MEMORY/auto_online_blocks

# daxctl, which knows nothing of us: with each probe_state the mode changes; the
# blocks are there if binding adds them.
load_kmem default
dax_bind dax0.0 device_dax
DEV=dax0.0 DIR=$DAX/devices/dax0.0
for zone in '' --no-movable; do
	daxctl reconfigure-device -m system-ram $zone dax0.0 >/run/out 2>&1 ||
		fail "daxctl to system-ram: $(cat /run/out)"
	daxctl list -d dax0.0 | grep -q '"mode":"system-ram"' || fail 'daxctl sees no system-ram'
	is_plugged "online_$([ -n "$zone" ] && echo kernel || echo movable)"
	daxctl offline-memory dax0.0 >/run/out 2>&1 || fail "offline-memory: $(cat /run/out)"
	state_is offline
	daxctl online-memory $zone dax0.0 >/run/out 2>&1 || fail "online-memory: $(cat /run/out)"
	state_is 'online_*'
	daxctl reconfigure-device -m devdax -f dax0.0 >/run/out 2>&1 ||
		fail "daxctl to devdax: $(cat /run/out)"
	expect driver device_dax "$(dax_driver dax0.0)"
	[ "$(cat /sys/module/kmem/refcnt)" = 0 ] || fail 'the module is held'
done

# Plugged with state, taken back by daxctl; and the other way round.
echo unplugged >/sys/module/kmem/parameters/probe_state
use dax0.0
to online_movable
daxctl list -d dax0.0 | grep -q '"mode":"system-ram"' || fail 'daxctl sees no system-ram'
daxctl reconfigure-device -m devdax -f dax0.0 >/run/out 2>&1 ||
	fail "daxctl to devdax: $(cat /run/out)"
echo default >/sys/module/kmem/parameters/probe_state
daxctl reconfigure-device -m system-ram dax0.0 >/run/out 2>&1 || fail "$(cat /run/out)"
to unplugged
is_gone
! (echo nonsense >/sys/module/kmem/parameters/probe_state) 2>/dev/null ||
	fail 'probe_state takes anything'
