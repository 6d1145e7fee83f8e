#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: kernels=6.12 modules=in-tree,daxbroker topology=hmem2 systemd setup
# Linux 6.12's kmem takes both devices when it is loaded. A policy is there for
# one of them: that one is in its zone from the first moment on, and the other
# what it would be without us.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

AUTOPROBE=$DAX/drivers_autoprobe

if [ "${1:-}" = setup ]; then
	policy 50-case '[Match]' Device=dax0.0 '[Region]' Mode=system-ram \
		Zone=movable
	exit
fi

wait_dax 2
becomes dax0.0 'kmem 8 online Movable'
becomes dax1.0 'kmem 8 online Normal'
exits 0 daxbroker status
says switched
says kept
expect 'drivers_autoprobe after the job' 1 "$(cat $AUTOPROBE)"
nothing_left
if journalctl -b -o cat _COMM=daxbrokerd | grep 'planned anew\|failed'; then
	fail 'it did not come about at once'
fi

# A device of a policy has no driver for a moment while a job is at work: it is not
# offered to kmem.
policy 50-case '[Match]' Device=dax0.0 '[Region]' Mode=devdax
exits 0 daxbroker apply
is dax0.0 device_dax
systemctl stop daxbrokerd
policy 50-case '[Match]' Device=dax0.0 '[Region]' Mode=system-ram Zone=movable
echo dax0.0 >$DAX/drivers/device_dax/unbind
exits 0 systemctl restart daxbroker-kmem.service
is dax0.0 none
journalctl -b -o cat -u daxbroker-kmem.service | grep -i 'denied\|not permitted\|cannot' &&
	fail 'the sandbox is in the way'
systemctl start daxbrokerd
becomes dax0.0 'kmem 8 online Movable'

# A worker was killed while it loaded kmem.
systemctl stop daxbrokerd
echo 1 >/run/daxbroker/drivers-autoprobe
echo 0 >$AUTOPROBE
systemctl start daxbrokerd
expect 'drivers_autoprobe after a crash' 1 "$(cat $AUTOPROBE)"
exits 0 daxbroker status
nothing_left
