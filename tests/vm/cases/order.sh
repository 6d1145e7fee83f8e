#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=in-tree,daxbroker long topology=three-regions systemd setup timeout=300
# What comes in the middle of a job: its device goes (driver unbound, provider
# unbound, namespace destroyed), the daemon is stopped, the machine is suspended.
# Nothing half done is left, and the daemon goes on. And kdump, which is loaded
# once for a job and not once for each block; and unplugging before a shutdown.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

RAM='kmem * online Movable'

setup() {
	make_all_devdax 2M
	# From the boot on: what 6.12 puts online by itself the kernel uses too.
	all Mode=devdax
	# What is Debian's of kdump-tools, with a program that only counts.
	cat >/usr/sbin/kdump-config <<-'CONFIG'
	#!/bin/sh
	echo "$@" >>/run/reloads
	CONFIG
	chmod 755 /usr/sbin/kdump-config
	cat >/usr/lib/udev/rules.d/50-kdump-tools.rules <<-'RULES'
	SUBSYSTEM=="memory", ACTION=="online", PROGRAM="/usr/sbin/kdump-config try-reload"
	SUBSYSTEM=="memory", ACTION=="offline", PROGRAM="/usr/sbin/kdump-config try-reload"
	RULES
}

all() {
	no_policies
	policy 50-hmem '[Match]' Provider=hmem '[Region]' "$@"
	policy 60-pmem '[Match]' Provider=pmem '[Region]' "$@" Persistent=overwrite
}

# by_provider PROVIDER: names of its devices.
by_provider() {
	local device
	for device in $(dax_devices); do
		[ "$(dax_provider "$device")" != "$1" ] || echo "$device"
	done
}

# begin: reloads, and returns when the first job has begun. By bash alone: any
# program takes as long to start as half a job.
begin() {
	local end=$((SECONDS + 20)) pid
	pid=$(systemctl show -P MainPID daxbrokerd)
	touch /run/begin
	sleep 0.02
	kill -HUP "$pid"
	until [ /run/daxbroker/journal -nt /run/begin ]; do
		[ $SECONDS -lt $end ] || fail 'no job begins'
	done
}

# clean: nothing half done.
clean() {
	nothing_left
	systemctl -q is-active daxbrokerd || fail 'the daemon is not there'
	expect auto_online_blocks "$auto" \
		"$(cat /sys/devices/system/memory/auto_online_blocks)"
}

explain_failure() {
	timeout 10 daxbroker status || :
	journalctl -b -u daxbrokerd --no-pager -o short-monotonic | tail -n 40
}

restarts() { systemctl show -P NRestarts daxbrokerd; }

if [ "${1:-}" = setup ]; then
	setup
	exit
fi
trap '[ $? = 0 ] || explain_failure' EXIT

wait_dax 3
udevadm settle
auto=$(cat /sys/devices/system/memory/auto_online_blocks)
all Mode=devdax
systemctl start daxbrokerd
exits 0 daxbroker apply
HMEM=$(by_provider hmem)
read -r PMEM OTHER <<<"$(by_provider pmem | paste -sd' ')"
blocks_of_all() { for d in $(dax_devices); do blocks "$d"; done | wc -l; }

# --- kdump
[ -L /run/udev/rules.d/50-kdump-tools.rules ] || fail 'no rule in place of its'
rm -f /run/reloads
all Mode=system-ram Zone=movable
exits 0 daxbroker apply
n=$(blocks_of_all)
wait_for 20 test -s /run/reloads
sleep 6
echo "figure: kdump loaded $(wc -l </run/reloads) times for $n blocks of 3 jobs"
[ "$(wc -l </run/reloads)" -le 3 ] || fail 'kdump is loaded again and again'
[ ! -e /run/daxbroker-kdump ] || fail 'it is still wanted'
rm /run/udev/rules.d/50-kdump-tools.rules
udevadm control --reload
rm -f /run/reloads
all Mode=devdax
exits 0 daxbroker apply
udevadm settle
echo "figure: $(wc -l </run/reloads) times with the distribution's own rule"
[ "$(wc -l </run/reloads)" -ge "$n" ] || fail 'it is not what this is about'

# --- a device goes in the middle of a job: its own; or, since the in-tree kmem
# would lose what is online, with that another's
# Linux 6.1 can hang for ever when a provider is unbound while anybody reads the
# attributes of its region (see facts/dax-region.c): there not in the middle.
delays=(0 0.03 0.06 0.1 0.15)
[ "$VM_KERNEL" != 6.1 ] || delays=()
for delay in "${delays[@]}"; do
	all Mode=system-ram Zone=movable
	daxbroker_modules || policy 40-hmem '[Match]' Provider=hmem '[Region]' Mode=devdax
	parent=$(readlink -f "$DAX/devices/$HMEM/..")
	driver=$(readlink -f "$parent/driver")
	begin
	sleep "$delay"
	echo "${parent##*/}" >"$driver/unbind"
	exits '[06]' daxbroker apply
	expect 'hmem devices' '' "$(by_provider hmem)"
	clean
	echo "${parent##*/}" >"$driver/bind"
	wait_for 20 eval "ls -d $parent/dax*/"
	all Mode=system-ram Zone=movable
	exits 0 daxbroker apply
	HMEM=$(by_provider hmem)
	is "$HMEM" "$RAM"
	clean
	all Mode=devdax
	exits 0 daxbroker apply
	is "$HMEM" device_dax
done
if journalctl -b -u daxbrokerd --no-pager -o cat | grep stuck; then
	fail "a device that is gone is no failure"
fi

# Its driver is unbound by hand: put right.
echo "$PMEM" >$DAX/drivers/device_dax/unbind
becomes "$PMEM" device_dax

# A namespace is destroyed: what is left goes on.
namespace=$(ndctl list -m devdax | jq -r ".[] | select(.chardev == \"$OTHER\") | .dev")
[ -n "$namespace" ] || namespace=$(ndctl list -m devdax | jq -r '.[1].dev')
all Mode=system-ram Zone=movable
policy 40-other '[Match]' "Device=$OTHER" '[Region]' Mode=keep
begin
ndctl destroy-namespace -f "$namespace"
exits 0 daxbroker apply
expect devices 2 "$(dax_devices | wc -l)"
is "$HMEM" "$RAM"
is "$PMEM" "$RAM"
clean
expect 'restarts of the daemon' 0 "$(restarts)"

# --- the daemon is stopped in the middle
for delay in 0 0.1 0.2; do
	for mode in devdax system-ram; do
		all Mode=$mode Zone=movable
		begin
		sleep $delay
		systemctl stop daxbrokerd
		echo "stopped after $delay s: $(state "$HMEM")"
		! pgrep -x daxbroker-job || fail 'a worker is left'
		# So many starts in so little time are no failure of the unit.
		systemctl reset-failed daxbrokerd
		systemctl start daxbrokerd
		exits 0 daxbroker apply
		clean
	done
done
is "$HMEM" "$RAM"

# --- a suspend in the middle: processes are frozen for five seconds. More of one
# the guest does not survive: its 9p file systems are dead after it.
[ -w /sys/power/pm_test ] || fail 'this kernel cannot test a suspend'
echo freezer >/sys/power/pm_test
for mode in devdax system-ram devdax; do
	all Mode=$mode Zone=movable
	begin
	echo freeze >/sys/power/state || echo 'the suspend failed'
	exits 0 daxbroker apply
	clean
	[ $mode = devdax ] || is "$HMEM" "$RAM"
done
is "$HMEM" device_dax
is "$PMEM" device_dax

# --- unplugging, as at a shutdown
systemctl start daxbroker-unplug
all Mode=system-ram Zone=movable
exits 0 daxbroker apply
is "$HMEM" "$RAM"
systemctl stop daxbrokerd daxbroker-unplug
is "$HMEM" device_dax
is "$PMEM" device_dax
expect 'blocks left' 0 "$(blocks_of_all)"
expect 'result of the unit' success "$(systemctl show -P Result daxbroker-unplug)"
