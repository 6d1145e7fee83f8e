#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=in-tree,daxbroker once topology=pmem
# Persistent memory: its content is destroyed only where the policy says so;
# its UUID is the one that ndctl prints, and matches.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

modprobe -a nfit nd_pmem dax_pmem device_dax
make_devdax "$(pmem_regions | head -n 1)" 2M >/dev/null
device=$(dax_devices | head -n 1)
uuid=$(ndctl list -m devdax | sed -n 's/.*"uuid":"\(.*\)".*/\1/p' | head -n 1)
[ -n "$uuid" ] || fail 'ndctl shows no UUID'
is "$device" device_dax

exits 0 daxbroker list -o DEVICE,PROVIDER,UUID
says "$uuid"
says pmem

decide system-ram Zone=movable
exits 5 daxbrokerd --once
says 'Persistent=overwrite'
is "$device" device_dax
hold map "$device"
let_go

no_policies
policy 50-uuid '[Match]' "UUID=${uuid^^}" 'Provider=pmem' '[Region]' \
	Mode=system-ram Zone=movable Persistent=overwrite
policy 20-other '[Match]' 'UUID=00000000-0000-0000-0000-000000000000' \
	'[Region]' Mode=devdax
exits 0 daxbroker explain "$device"
says 50-uuid
says 20-other
exits 0 daxbrokerd --once
is "$device" 'kmem * online Movable'

# It holds nothing any more that could be lost: no refusal on the way back.
decide devdax
exits 0 daxbrokerd --once
is "$device" device_dax
