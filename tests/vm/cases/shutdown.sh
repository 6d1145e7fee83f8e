#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=in-tree,daxbroker long topology=hmem systemd setup timeout=300
# A real shutdown with daxbroker-unplug.service enabled: after an application has
# ended that keeps the node's memory from going offline (huge pages that are
# promised to it), and after the daemon, the memory goes out. A unit that is stopped last of all looks, and its verdict is the
# case's.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

setup() {
	decide system-ram Zone=movable
	systemctl --quiet enable daxbroker-unplug.service
	cat >/etc/systemd/system/application.service <<-UNIT
	[Service]
	Type=exec
	ExecStart=$TOOLS/kmem-tool hugetlb 32
	StandardOutput=file:/run/application
	UNIT
	cp "$0" /usr/local/sbin/vm-witness
	cat >/etc/systemd/system/witness.service <<-'UNIT'
	[Unit]
	DefaultDependencies=no
	RequiresMountsFor=/vm /tests
	Before=daxbroker-unplug.service
	Conflicts=shutdown.target
	Before=shutdown.target
	[Service]
	Type=oneshot
	RemainAfterExit=yes
	ExecStop=/usr/local/sbin/vm-witness witness
	UNIT
	mkdir -p /etc/systemd/system/sysinit.target.wants
	ln -sf ../witness.service /etc/systemd/system/sysinit.target.wants/
}

# Stopped after daxbroker-unplug.service: what is it now? The script's own output
# has ended by then.
witness() {
	local now wrong='' status=0 dir=/vm verdict=verdict said=/vm/error
	if [ -e /vm/current ]; then
		dir=/vm/cases/$(cat /vm/current)
		verdict=status said=$dir/output
	fi
	now=$(state dax0.0)
	[ "$now" = device_dax ] || wrong="dax0.0 is $now"
	! pidof kmem-tool >/dev/null || wrong='the application is still there'
	if [ -n "$wrong" ]; then
		status=1
		{
			echo "$wrong"
			journalctl -b --no-pager -o cat -u 'daxbroker*'
		} >>"$said"
	fi
	dmesg >"$dir/dmesg"
	echo $status >"$dir/$verdict.new"
	mv "$dir/$verdict.new" "$dir/$verdict"
}

if [ "${1:-}" = setup ]; then
	setup
	exit
elif [ "${1:-}" = witness ]; then
	witness
	exit
fi

wait_dax 1
exits 0 daxbroker apply
is dax0.0 'kmem 8 online Movable'
# In a subshell: a child that ends would be a signal, for which the kernel stops.
(echo 16 >/sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages)
systemctl start application
wait_for 20 grep -q ready /run/application
exits 5 daxbroker diagnose dax0.0
says 'blocked: node 1 has 16 huge pages'
systemctl -q is-active daxbroker-unplug witness || fail 'not enabled'
echo 'going down'
systemctl reboot
sleep 200
fail 'it did not go down'
