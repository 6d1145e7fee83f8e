#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: kernels=6.1 modules=packages long topology=hmem systemd timeout=300
# The Debian package on a running machine: installed, upgraded while a job waits,
# removed, installed again and purged. Memory stays as it is, and nothing is left.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

PACKAGES=$TOOLS/packages
RAM='kmem 8 online Movable'
export DEBIAN_FRONTEND=noninteractive

# files: all that a package could leave behind; what dpkg, systemd and udev write
# for themselves is left out.
files() {
	find /etc /usr /lib /var /run -xdev \( -path /var/lib/dpkg -o -path /var/log -o \
		-path /run/udev/data -o -path /run/systemd -o -path /run/log -o \
		-path /var/cache -o -path /run/udev/tags -o -path /var/lib/systemd/catalog \) -prune -o \
		-print 2>/dev/null | sort
}

enabled() { # STATE UNIT
	expect "$2" "$1" "$(systemctl is-enabled "$2" 2>&1 || :)"
}

wait_for 90 test -e /sys/bus/dax/devices/dax0.0
# Made by what built the image: no service may start.
rm -f /usr/sbin/policy-rc.d
files >/run/before

echo '# installed'
exits 0 dpkg -i "$PACKAGES"/old/daxbroker_*.deb
wait_for 60 systemctl -q is-active daxbrokerd.service
enabled enabled daxbrokerd.service
enabled enabled daxbroker-kdump.path
enabled disabled daxbroker-unplug.service
[ -d /etc/daxbroker ] || fail 'there is no /etc/daxbroker'
exits 0 daxbroker status
says kept
policy 50-case '[Match]' 'Device=*' '[Region]' Mode=system-ram Zone=movable
exits 0 daxbroker apply
becomes dax0.0 "$RAM"

echo '# upgraded, while a job waits for memory that is in use'
pool=/sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages
echo 16 >$pool
"$TOOLS/kmem-tool" hugetlb 32 >/run/holder &
holder=$!
wait_for 30 test -s /run/holder
policy 50-case '[Match]' 'Device=*' '[Region]' Mode=devdax OnBusy=wait BusyTimeout=10min
daxbroker apply >/run/apply 2>&1 &
wait_for 30 pgrep -P "$(systemctl show --value -p MainPID daxbrokerd.service)"
exits 0 dpkg -i "$PACKAGES"/daxbroker_*.deb
wait_for 60 pgrep -P "$(systemctl show --value -p MainPID daxbrokerd.service)"
kill "$holder"
echo 0 >$pool
becomes dax0.0 device_dax
policy 50-case '[Match]' 'Device=*' '[Region]' Mode=system-ram Zone=movable
exits 0 daxbroker apply
exits 0 systemctl disable daxbrokerd.service
enabled disabled daxbrokerd.service
exits 0 dpkg -i "$PACKAGES"/daxbroker_*.deb
enabled disabled daxbrokerd.service

echo '# removed: the memory stays'
exits 0 dpkg -r daxbroker
expect 'dax0.0' "$RAM" "$(state dax0.0)"
! systemctl -q is-active daxbrokerd.service || fail 'the daemon still runs'
[ -e /etc/daxbroker/50-case.region ] || fail 'the policy is gone'

echo '# purged: nothing is left but what the administrator wrote'
exits 0 dpkg -i "$PACKAGES"/daxbroker_*.deb
exits 0 dpkg -P daxbroker
rm -r /etc/daxbroker
files >/run/after
diff /run/before /run/after || fail 'something was left behind'
expect 'dax0.0' "$RAM" "$(state dax0.0)"
