#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: long topology=hmem systemd timeout=300
# Memory that is pinned for I/O keeps the kernel trying for ever. The daemon
# goes on answering meanwhile; logind delays a suspend, and the job survives one;
# "daxbroker cancel" ends it, and what it had done is undone. When the pin is gone
# the switch works.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

outcome_is() {
	[[ $(daxbroker status -nr) == "dax0.0 $1 "* ]]
}

inhibits() {
	busctl call org.freedesktop.login1 /org/freedesktop/login1 \
		org.freedesktop.login1.Manager ListInhibitors | grep -q daxbrokerd
}

wait_dax 1
systemctl start daxbrokerd systemd-logind
exits 3 daxbroker cancel dax0.0
says 'no job of dax0.0'

# More than a memory block: with memory of the kernel in it too, a block would
# be refused at once.
"$TOOLS/kmem-tool" pin 1 300 >/run/tool &
pid=$!
wait_for 20 grep -q ring /run/tool
decide system-ram Zone=kernel
exits 0 daxbroker apply
is dax0.0 'kmem 8 online Normal'
wait_for 20 grep -q ready /run/tool

decide devdax
daxbroker apply >/run/apply 2>&1 &
apply=$!
wait_for 20 outcome_is pending
sleep 3
outcome_is pending || fail "$(cat /run/apply)"
inhibits || fail 'a suspend is not delayed'

# Processes are frozen for five seconds; the offline gives up for that, and is
# tried again.
echo freezer >/sys/power/pm_test
echo freeze >/sys/power/state || fail 'the machine cannot be suspended'
outcome_is pending || fail "the suspend ended the job: $(cat /run/apply)"
exits 5 daxbroker diagnose dax0.0
says "process $pid (kmem-tool"
exits 8 daxbroker wait dax0.0 --timeout 1s
exits 0 busctl call org.daxbroker1 /org/daxbroker1 \
	org.freedesktop.DBus.ObjectManager GetManagedObjects
says '/org/daxbroker1/job/job'
exits 0 daxbroker cancel dax0.0
status=0
wait $apply || status=$?
sed 's/^/  | /' /run/apply
expect 'exit status of apply' 6 $status
grep -q 'was cancelled at step' /run/apply || fail 'it does not say so'
grep -q "Found in the way: process $pid (kmem-tool" /run/apply ||
	fail 'it does not say why'
! inhibits || fail 'a suspend is still delayed'
exits 0 daxbroker history dax0.0
says 'was cancelled at step'
says 'kmem-tool'
is dax0.0 'kmem 8 online Normal'

kill $pid
wait $pid || :
# Unless memory of the kernel itself has come to lie in it meanwhile.
exits '[06]' daxbroker apply
[[ $OUTPUT != *kmem-tool* ]] || fail 'the pin is not gone'
if [[ $OUTPUT == *'Found in the way: '*kernel* ]]; then
	echo 'figure: kernel memory in the way'
else
	is dax0.0 device_dax
fi
