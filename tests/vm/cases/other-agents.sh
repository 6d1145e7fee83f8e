#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=in-tree,daxbroker long topology=hmem systemd setup timeout=600
# Others change the memory blocks of a device that is as decided. A person with
# chmem is put right, by the event alone; a distribution's rule that onlines what
# is offline, and a person who changes auto_online_blocks under way, change
# nothing, nor are daxbroker's own changes taken for theirs; daxctl in a loop, and a loop
# that hardly lets a job come to its end, is put right a bounded number of times,
# then reported and left alone. When it is gone, "daxbroker apply" gives the device
# another chance.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

RAM='kmem 8 online Movable'
RULE=/run/udev/rules.d/40-vm-hotadd.rules
AUTO=/sys/devices/system/memory/auto_online_blocks
GOES_ON=/run/fight

jobs_begun() { journalctl -u daxbrokerd | grep -c 'job [0-9]* begins' || :; }

outcome_is() { [[ $(daxbroker status -nr) == "dax0.0 $1 "* ]]; }

# rule ACTIONS: a udev rule that onlines what is offline.
rule() {
	echo "SUBSYSTEM==\"memory\", ACTION==\"$1\", ATTR{state}==\"offline\"," \
		'ATTR{state}="online"' >$RULE
	udevadm control --reload
}

# apply STATE: what is decided comes about, by one job.
apply() {
	local before
	before=$(jobs_begun)
	exits 0 daxbroker apply
	is dax0.0 "$1"
	udevadm settle
	sleep 1
	is dax0.0 "$1"
	expect 'jobs for one switch' $((before + 1)) "$(jobs_begun)"
}

# fight SECONDS COMMAND...: in a loop against daxbroker, until it gives in.
fight() {
	local pause=$1 before jobs agent
	shift
	before=$(jobs_begun)
	touch $GOES_ON
	while [ -e $GOES_ON ]; do
		"$@" >/dev/null 2>&1 || :
		sleep "$pause"
	done &
	agent=$!
	(wait_for 90 outcome_is contended) || fail "it is not reported: $(daxbroker status)"
	jobs=$(($(jobs_begun) - before))
	exits 6 daxbroker status
	says 'find the other agent'
	says 'Seen last: bound to '
	sleep 5
	expect 'jobs after the report' $jobs $(($(jobs_begun) - before))
	[ $jobs -le 5 ] || fail "$jobs jobs"
	echo "figure: $jobs jobs before it was contended by $*"
	rm $GOES_ON
	wait $agent
}

# Each block as soon as it is online: hardly a job comes to its end.
take_off() {
	local block
	for block in /sys/devices/system/memory/memory3[2-9]; do
		while [ -e $GOES_ON ]; do
			echo offline >"$block/state" || :
		done &
	done
	wait
}

# From the boot on: what 6.12 puts online by itself the kernel uses too.
if [ "${1:-}" = setup ]; then
	decide system-ram Zone=movable
	exit
fi

wait_dax 1
systemctl start daxbrokerd
exits 0 daxbroker apply
is dax0.0 "$RAM"

chmem -d -b 33-34
becomes dax0.0 "$RAM"
wait_for 20 outcome_is restored
exits 0 daxbroker status
says 'Something else had changed it'
journalctl -u daxbrokerd | grep -q 'something else has changed it: .*memory3[34]' ||
	fail 'what was found is not in the journal'

# Of old distributions, and of those who want it for "change" too.
rule 'add|change'
decide system-ram Zone=kernel
apply 'kmem 8 online Normal'
decide devdax
apply device_dax
decide system-ram Zone=movable
apply "$RAM"

# One that does not let anything go offline: daxbroker may lose, but says so and ends
# with the device as it was.
rule offline
decide devdax
before=$(jobs_begun)
exits '[06]' daxbroker apply
# What the rule learns late it does late.
whole() {
	now=$(state dax0.0)
	[[ $now == @(device_dax|kmem 8 online *) ]]
}
wait_for 60 whole
[ $(($(jobs_begun) - before)) -le 5 ] || fail 'endless'
echo "figure: against a rule that onlines what goes offline: $now"
rm $RULE
udevadm control --reload
exits 0 daxbroker apply
is dax0.0 device_dax

# Somebody sets it while daxbroker holds it, before or after. In the end not to "online":
# then daxctl would have nothing to do with RAM.
for word in online_kernel online offline; do
	decide devdax
	exits 0 daxbroker apply
	decide system-ram Zone=movable
	daxbroker apply >/run/apply 2>&1 &
	apply=$!
	sleep "0.$((RANDOM % 4))"
	echo $word >$AUTO
	wait $apply || fail "$(cat /run/apply)"
	is dax0.0 "$RAM"
	expect auto_online_blocks $word "$(cat $AUTO)"
done

fight 0 take_off
overtaken=$(journalctl -u daxbrokerd | grep -c 'does not stay in its zone' || :)
echo "figure: $overtaken of these jobs did not come to their end"
exits 0 daxbroker apply
is dax0.0 "$RAM"

fight 0.2 daxctl offline-memory dax0.0
exits 0 daxbroker apply
is dax0.0 "$RAM"

# The in-tree kmem loses memory that goes online between the last scan and the
# unbind, until the next boot: that fight is for daxbroker's kmem alone.
daxbroker_modules || exit 0
decide devdax
exits 0 daxbroker apply
is dax0.0 device_dax
fight 0.2 daxctl reconfigure-device --mode=system-ram dax0.0
exits 0 daxbroker apply
is dax0.0 device_dax
