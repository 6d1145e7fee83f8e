#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: once topology=hmem2 systemd setup timeout=400
# The example "hbm-for-hpc", booted with; then it is edited into an error while
# the daemon runs: nothing changes, and the journal, the list and the exit
# statuses say so.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

if [ "${1:-}" = setup ]; then
	example hbm-for-hpc
	exit 0
fi

wait_dax 2
becomes dax0.0 device_dax
becomes dax1.0 device_dax
systemctl is-active daxbroker-settled.target
exits 0 daxbroker apply
exits 0 daxbroker explain dax1.0
says '20-hbm.region: fits'

sed -i 's/^Mode=devdax/Mode=system-rma/' $ETC/20-hbm.region
exits 1 systemctl reload daxbrokerd
exits 4 daxbroker apply
says policy-error
is dax0.0 device_dax
is dax1.0 device_dax
exits 0 daxbroker list
says policy-error
exits 4 daxbroker check
says 'did you mean system-ram'
exits 4 daxbroker explain
journalctl -b MESSAGE_ID=6f1c6a3e3f0c4f64b4c8f5d9f2a6e104 |
	grep '20-hbm.region:' || fail 'the journal does not have it'
