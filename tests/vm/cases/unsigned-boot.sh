#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: kernels=6.1 modules=daxbroker long topology=hmem systemd setup
# A boot of a kernel that takes signed modules only, with daxbroker's modules
# installed without a signature: udev can load none of them. A device without a
# policy becomes what it would be without daxbroker, and status says what is
# missing.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

if [ "${1:-}" = setup ]; then
	echo 1 >/sys/module/module/parameters/sig_enforce
	exit
fi

wait_for 90 systemctl -q is-active daxbrokerd.service daxbroker-settled.target \
	daxbroker-kmem.service
becomes dax0.0 device_dax
exits 0 daxbroker status
says kept
says "The kernel's own device_dax and kmem are in use, not daxbroker's: "
says 'mokutil --import'

policy 50-case '[Match]' Device=dax0.0 '[Region]' Mode=system-ram Zone=movable
exits 0 daxbroker apply
becomes dax0.0 'kmem 8 online Movable'
exits 0 daxbroker status
says switched
says 'mokutil --import'
journalctl -b -u daxbrokerd -o cat | grep -F 'mokutil --import' ||
	fail 'the journal does not have it'
