#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=tree,ours topology=hmem2
# Jobs of different regions do not wait for each other: one waits for a user of
# its device, and the other region is switched meanwhile.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

load_dax
for device in dax0.0 dax1.0; do
	dax_bind $device device_dax
done
hold map dax0.0

decide system-ram Zone=movable OnBusy=wait BusyTimeout=infinity
daxbrokerd >/run/log 2>&1 &
daemon=$!
becomes dax1.0 'kmem 8 online Movable'
sleep 2
is dax0.0 'device_dax'
grep -q 'dax0.0.*job [0-9]* begins' /run/log || fail "no job waits: $(cat /run/log)"

let_go
becomes dax0.0 'kmem 8 online Movable'
settled() { grep -q 'Settled:' /run/log; }
wait_for 30 settled
kill $daemon
wait $daemon || fail "daxbrokerd: $(cat /run/log)"
sed 's/^/  | /' /run/log
