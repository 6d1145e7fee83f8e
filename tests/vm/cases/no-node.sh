#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: once topology=no-node
# A region whose target_node is -1 cannot become a node: refused, said, unharmed.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

load_dax
device=$(dax_devices | head -n 1)
[ -n "$device" ] || fail 'there is no dax device'
# The kernel hides the attribute then (dax_bus's is_visible).
[ ! -e "$DAX/devices/$device/target_node" ] || fail 'it has a target_node'
exits 0 daxbroker list --noheadings --raw -o NODE
says -
dax_bind "$device" device_dax

decide system-ram Zone=movable Persistent=overwrite
exits 5 daxbrokerd --once
says 'target_node'
exits 5 daxbroker plan
says 'target_node'
is "$device" device_dax
hold map "$device"
let_go
