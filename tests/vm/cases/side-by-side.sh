#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=in-tree,daxbroker once topology=hmem2
# Jobs of different regions do not wait for each other: while one waits for a
# user of its device, another region is switched, that is verified, and a reload
# is heeded, which also ends the wait where it is not wanted any more.
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
logged() { grep -q "$1" /run/log; }
wait_for 30 logged 'dax1.0.*switched:'
logged 'dax0.0.*job [0-9]* begins' || fail "no job waits: $(cat /run/log)"
is dax0.0 device_dax

decide devdax
kill -HUP $daemon
wait_for 30 logged 'dax0.0.*as-decided'
becomes dax1.0 device_dax
is dax0.0 device_dax
wait_for 30 logged 'dax1.0.*switched:.*devdax'

decide system-ram Zone=movable OnBusy=wait BusyTimeout=infinity
kill -HUP $daemon
becomes dax1.0 'kmem 8 online Movable'
is dax0.0 device_dax
let_go
becomes dax0.0 'kmem 8 online Movable'
wait_for 30 logged 'Settled:'
! logged 'contended\|failed\|cut off' || fail "$(cat /run/log)"
kill $daemon
wait $daemon || fail "daxbrokerd: $(cat /run/log)"
sed 's/^/  | /' /run/log
