#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: topology=hmem systemd timeout=300
# Others change the memory blocks of a device that is as decided: a person with
# chmem is put right, and the change is noticed by its event; daxctl in a loop
# is put right a bounded number of times, then told and left alone. When it is
# gone, "daxbroker apply" gives the device another chance.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

RAM='kmem 8 online Movable'

wait_dax 1
decide system-ram Zone=movable
systemctl start daxbrokerd
exits 0 daxbroker apply
is dax0.0 "$RAM"

chmem -d -b 33-34
becomes dax0.0 "$RAM"
[[ $(daxbroker status -nr) == 'dax0.0 switched '* ]] || fail 'not put right'

while :; do
	daxctl offline-memory dax0.0 >/dev/null 2>&1 || :
	sleep 0.2
done &
rival=$!
told() {
	[[ $(daxbroker status -nr) == 'dax0.0 contended '* ]]
}
wait_for 60 told
exits 6 daxbroker status
says 'find the rival'
jobs=$(journalctl -u daxbrokerd | grep -c 'job [0-9]* begins')
sleep 5
expect 'jobs after it was told' "$jobs" \
	"$(journalctl -u daxbrokerd | grep -c 'job [0-9]* begins')"
[ "$jobs" -le 5 ] || fail "$jobs jobs"
echo "figure: $jobs jobs before it was contended"

kill $rival
wait $rival || :
exits 0 daxbroker apply
is dax0.0 "$RAM"
