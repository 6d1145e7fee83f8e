#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: topology=three-regions systemd setup timeout=400
# A boot under systemd with other agents present: a distribution's rule that onlines
# every memory block, daxctl's own rule with a configuration for the same
# device. Then what is to hold of a running daemon.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

setup() {
	make_all_devdax 2M
	load_dax
	local database
	database=$(ndctl list -m devdax | sed -n 's/.*"uuid":"\(.*\)".*/\1/p' |
		tail -n 1)
	mkdir -p /var/lib/case
	echo "$database" >/var/lib/case/database
	policy 10-database '[Match]' "UUID=$database" '[Region]' Mode=devdax \
		DeviceName=database Owner=daemon Group=disk Permissions=0640
	policy 20-hmem '[Match]' Provider=hmem '[Region]' Mode=system-ram \
		Zone=movable NodeName=capacity
	policy 30-pmem '[Match]' Provider=pmem '[Region]' Mode=system-ram \
		Zone=kernel Persistent=overwrite NodeName=slow
	unload_dax

	mkdir -p /etc/udev/rules.d /etc/daxctl.conf.d
	cat >/etc/udev/rules.d/40-vm-hotadd.rules <<'RULE'
SUBSYSTEM=="memory", ACTION=="add", ATTR{state}=="offline", ATTR{state}="online"
RULE
	# daxctl would make RAM of the database's namespace.
	cat >/etc/daxctl.conf.d/case.conf <<CONF
[reconfigure-device unique_identifier_case]
nvdimm.uuid = $database
mode = system-ram
online = true
movable = true
CONF
	cat >/etc/systemd/system/bound.service <<'UNIT'
[Unit]
Requires=sys-devices-system-node-node1.device
After=sys-devices-system-node-node1.device
[Service]
Type=oneshot
RemainAfterExit=yes
NUMAPolicy=bind
NUMAMask=1
# The node may have its first block for a moment only.
Restart=on-failure
RestartSec=1
ExecStart=/bin/sh -c 'numactl --show >/run/bound'
UNIT
	cat >/etc/systemd/system/after-settled.service <<'UNIT'
[Unit]
Requires=daxbroker-settled.target
After=daxbroker-settled.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'daxbroker list >/run/settled-list'
UNIT
	mkdir -p /etc/systemd/system/multi-user.target.wants
	ln -sf ../bound.service ../after-settled.service \
		/etc/systemd/system/multi-user.target.wants/
}

# The kernel probes NVDIMMs by itself, even after multi-user.target.
find_devices() {
	wait_dax 3
	udevadm settle
	local device uuid
	for device in $(dax_devices); do
		uuid=$(cat "$(readlink -f $DAX/devices/"$device")/../uuid" \
			2>/dev/null || true)
		if [ "$(dax_provider "$device")" = hmem ]; then
			HMEM=$device
		elif [ "$uuid" = "$(cat /var/lib/case/database)" ]; then
			DATABASE=$device
		else
			SLOW=$device
		fi
	done
}

# Links, owner and mode are udev's, and the daemon has it renew them.
check_kept_device() {
	local device=/dev/$DATABASE id uuid
	uuid=$(cat /var/lib/case/database)
	id=/dev/daxbroker/by-id/pmem-$uuid
	expect 'the link by identity' "$device" "$(readlink -f "$id")"
	expect 'the link by range' "$device" \
		"$(readlink -f /dev/daxbroker/by-id/range-*)"
	expect 'who may open it' 'daemon disk 640' "$(access "$device")"
	systemctl -q is-active "$(systemd-escape -p --suffix=device "$id")"
	# A file that nobody has had the daemon read is none of udev's.
	policy 10-database '[Match]' "UUID=$uuid" '[Region]' Mode=devdax \
		DeviceName=renamed
	udevadm trigger --settle "/sys/bus/dax/devices/$DATABASE"
	expect 'who may open it' 'daemon disk 640' "$(access "$device")"
	exits 0 daxbroker apply
	wait_for 20 test -e /dev/daxbroker/renamed
	udevadm settle
	[ ! -e /dev/daxbroker/database ] || fail 'the old name is still there'
	expect 'who may open it' 'root root 600' "$(access "$device")"
	wait_for 20 inactive dev-daxbroker-database.device
	wait_for 20 systemctl -q is-active dev-daxbroker-renamed.device
}

access() {
	stat -c '%U %G %a' "$1"
}

check_boot() {
	becomes "$HMEM" 'kmem 8 online Movable'
	becomes "$SLOW" 'kmem * online Normal'
	becomes "$DATABASE" device_dax
	wait_for 60 systemctl -q is-active dev-daxbroker-database.device
	expect 'the link to the database' "/dev/$DATABASE" \
		"$(readlink -f /dev/daxbroker/database)"
	wait_for 60 systemctl -q is-active daxbroker-settled.target
	wait_for 60 systemctl -q is-active after-settled.service
	grep "$HMEM.*system-ram" /run/settled-list
	wait_for 60 systemctl -q is-active bound.service
	grep '^membind: 1 *$' /run/bound
	wait_for 60 systemctl -q is-active sys-devices-system-node-node1.device \
		sys-subsystem-daxbroker-nodes-capacity.device \
		sys-subsystem-daxbroker-nodes-slow.device
	if systemctl --failed --plain --no-legend | grep .; then
		fail 'a unit failed'
	fi
	[ "$(daxbroker node capacity)" = 1 ]
	check_run
	exits 0 daxbroker status
	[ -z "$(systemctl --plain --no-legend list-units 'daxdev-reconfigure@*')" ] ||
		fail "daxctl's unit was started for a device of daxbroker"
	journalctl -b -o json MESSAGE_ID=6f1c6a3e3f0c4f64b4c8f5d9f2a6e101 |
		grep "\"DEVICE\":\"$HMEM\"" >/dev/null ||
		fail 'no journal entry with the fields'
}

# filled_on NODE OPTION...: whether 64 MiB that a command writes come of that node.
filled_on() {
	local node=$1 before after
	shift
	before=$(node_free "$node")
	exits 0 daxbroker run "$@" -- sh -c 'head -c 64M /dev/zero >/dev/shm/filled'
	after=$(node_free "$node")
	rm /dev/shm/filled
	[ $((before - after)) -gt $((48 << 10)) ]
}

# node_free NODE: KiB.
node_free() { awk '$3 == "MemFree:" { print $4 }' "/sys/devices/system/node/node$1/meminfo"; }

# Programs use nodes by their names, and hear what they cannot use.
check_run() {
	filled_on 1 --node capacity --membind || fail 'not bound to the node of the name'
	filled_on 1 --node node1 --preferred --wait 1s || fail 'the node is not preferred'
	exits 0 daxbroker run --node capacity,0 --interleave numactl --show
	says 'interleavemask: 0 1'
	exits 3 daxbroker run --node capacty true
	says 'did you mean "capacity"'
	exits 8 daxbroker run --node 1000 true
	exits 9 systemd-run --quiet --wait --pipe -p AllowedMemoryNodes=0 \
		daxbroker run --node capacity true
	says 'processes of this cgroup may not use it'
	exits 7 daxbroker run --node capacity sh -c 'exit 7'
	exits 8 daxbroker run --node nowhere --wait 1s true
	says 'the time is over'
	if [ -d /sys/kernel/mm/mempolicy/weighted_interleave ]; then
		exits 0 daxbroker run --node capacity,0 --weighted true
	else
		exits 1 daxbroker run --node capacity,0 --weighted true
		says 'cannot interleave by weight'
	fi
}

report_times() {
	local at
	at=$(systemctl show -P ActiveEnterTimestampMonotonic daxbrokerd.service)
	at=$(awk -v t="$at" 'BEGIN { print t / 1000000 }')
	echo "figure: kernel start to all nodes online: $at s"
	echo "figure: QEMU start to all nodes online: $(qemu_seconds "$at") s"
}

# Nothing happens: no system call returns in that time. strace shows the one
# that the daemon sleeps in, and its end if it ever woke up.
check_idle() {
	local pid calls
	pid=$(systemctl show -P MainPID daxbrokerd.service)
	sleep 5
	timeout 20 strace -f -o /run/idle -p "$pid" 2>/dev/null || true
	cat /run/idle
	calls=$(grep -cE 'resumed|= ' /run/idle || true)
	echo "figure: system calls of daxbrokerd in 20 s of idling: $calls"
	[ "$calls" = 0 ] || fail 'it woke up'
	grep -q epoll_wait /run/idle || fail 'strace did not see it'
	expect "daxbrokerd's oom_score_adj" -999 "$(cat "/proc/$pid/oom_score_adj")"
	grep -E '^(Rss|Pss):' "/proc/$pid/smaps_rollup" | sed 's/^/figure: /'
	sed 's/^/figure: highest memory of the unit: /' \
		/sys/fs/cgroup/system.slice/daxbrokerd.service/memory.peak
	sed 's/^/figure: highest number of its tasks: /' \
		/sys/fs/cgroup/system.slice/daxbrokerd.service/pids.peak || true
}

check_reload() {
	policy 20-hmem '[Match]' Provider=hmem '[Region]' Mode=devdax
	systemctl reload daxbrokerd
	becomes "$HMEM" device_dax
	wait_for 20 inactive sys-devices-system-node-node1.device
	wait_for 20 inactive sys-subsystem-daxbroker-nodes-capacity.device
	policy 20-hmem '[Match]' Provider=hmem '[Region]' Mode=system-ram \
		Zone=movable NodeName=capacity
	exits 0 daxbroker apply
	is "$HMEM" 'kmem 8 online Movable'
	wait_for 20 systemctl is-active sys-devices-system-node-node1.device
}

inactive() {
	! systemctl is-active --quiet "$1"
}

# named HMEM SLOW: the NodeName= of both nodes from now on; the memory stays.
named() {
	policy 20-hmem '[Match]' Provider=hmem '[Region]' Mode=system-ram \
		Zone=movable NodeName="$1"
	policy 30-pmem '[Match]' Provider=pmem '[Region]' Mode=system-ram \
		Zone=kernel Persistent=overwrite NodeName="$2"
	exits 0 daxbroker apply
}

# alias NAME NODE: systemd knows the node by that name.
alias_is() {
	[ "$(systemctl show -P SysFSPath "sys-subsystem-daxbroker-nodes-$1.device")" = \
		"/sys/devices/system/node/node$2" ] &&
		systemctl is-active --quiet "sys-subsystem-daxbroker-nodes-$1.device"
}

# A name that is changed, moved or shared has no alias left where it was, and
# nobody who needs the node notices.
check_names() {
	local since slow
	slow=$(dax_attr "$SLOW" target_node)
	since=$(systemctl show -P ActiveEnterTimestampMonotonic bound.service)
	named slow capacity
	wait_for 20 alias_is capacity "$slow"
	wait_for 20 alias_is slow 1
	expect 'the nodes' "$slow 1" "$(daxbroker node capacity) $(daxbroker node slow)"
	named far far
	wait_for 20 alias_is far:1 1
	wait_for 20 alias_is "far:$slow" "$slow"
	for name in slow capacity far; do
		wait_for 20 inactive "sys-subsystem-daxbroker-nodes-$name.device"
	done
	expect 'both nodes' "1,$slow" "$(daxbroker node far)"
	# Files that are not in force change nothing, for nobody.
	policy 20-hmem '[Region]' Mode=nonsense
	expect 'both nodes, for anybody' "1,$slow" \
		"$(setpriv --reuid=nobody --clear-groups daxbroker node far)"
	named capacity slow
	wait_for 20 alias_is capacity 1
	expect 'when bound.service began' "$since" \
		"$(systemctl show -P ActiveEnterTimestampMonotonic bound.service)"
}

# A policy edited into an error changes nothing, and is reported everywhere.
check_broken_reload() {
	policy 20-hmem '[Match]' Provider=hmem '[Region]' Mode=devdx
	exits 1 systemctl reload daxbrokerd
	systemctl is-active daxbrokerd
	[[ $(systemctl show -P StatusText daxbrokerd) == *'20-hmem.region:4: '* ]] ||
		fail "$(systemctl status daxbrokerd)"
	exits 4 daxbroker apply
	is "$HMEM" 'kmem 8 online Movable'
	journalctl -b -u daxbrokerd | grep '20-hmem.region:4' >/dev/null ||
		fail 'the journal does not have it'
	policy 20-hmem '[Match]' Provider=hmem '[Region]' Mode=system-ram \
		Zone=movable NodeName=capacity
	exits 0 daxbroker apply
}

# A person's word, over a restart of the daemon too.
check_override() {
	exits 0 daxbroker set "$HMEM" devdax --for 1h
	is "$HMEM" device_dax
	exits 0 systemctl restart daxbrokerd
	is "$HMEM" device_dax
	exits 0 daxbroker explain "$HMEM"
	says 'Override: user 0 until'
	exits 0 daxbroker release "$HMEM"
	is "$HMEM" 'kmem 8 online Movable'
	# Without an end it is on disk, in what the sandbox lets the daemon write.
	exits 0 daxbroker set "$HMEM" keep
	[ "$(stat -c '%U %a' /etc/daxbroker/overrides)" = 'root 644' ]
	exits 0 daxbroker release "$HMEM"
	[ ! -e /etc/daxbroker/overrides ]
	exits 9 setpriv --reuid=nobody --clear-groups daxbroker set "$HMEM" keep
	says org.daxbroker1.override
}

check_access() {
	exits 9 setpriv --reuid=nobody --clear-groups daxbroker apply
	says org.daxbroker1.apply
	exits 0 setpriv --reuid=nobody --clear-groups daxbroker status
	exits 0 setpriv --reuid=nobody --clear-groups daxbroker list
}

# Killed in the middle of a switch, its successor goes on from what it finds.
check_kill() {
	policy 20-hmem '[Match]' Provider=hmem '[Region]' Mode=devdax
	systemctl reload daxbrokerd
	sleep 0.1
	systemctl kill -s KILL daxbrokerd
	becomes "$HMEM" device_dax
	wait_for 60 systemctl is-active daxbrokerd
	exits 0 daxbroker apply
	is "$HMEM" device_dax
}

show_journal() {
	[ "$1" = 0 ] || journalctl -b --no-pager -u daxbrokerd -o short-monotonic
}

case ${1:-} in
setup) setup ;;
*)
	trap 'show_journal $?' EXIT
	find_devices
	check_boot
	report_times
	check_kept_device
	check_idle
	check_names
	check_reload
	check_broken_reload
	check_override
	check_access
	check_kill
	;;
esac
