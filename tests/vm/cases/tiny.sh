#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: once topology=tiny
# A region smaller than a memory block cannot be hot-plugged: refused, said,
# unharmed.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

load_dax
device=$(dax_devices | head -n 1)
[ -n "$device" ] || fail 'there is no dax device'
dax_bind "$device" device_dax

decide system-ram Zone=movable Persistent=overwrite
exits 5 daxbrokerd --once
says 'no whole memory block'
exits 5 daxbroker plan
is "$device" device_dax
hold map "$device"
let_go
