#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=daxbroker topology=pmem timeout=240
# The state machine of kmem on persistent memory, whose range is cut to whole
# memory blocks.
set -euo pipefail
# shellcheck source=tests/vm/lib/kmem.sh
. /tests/vm/lib/kmem.sh

modprobe -a nfit nd_pmem dax_pmem device_dax
make_devdax "$(pmem_regions | head -n 1)" 2M >/dev/null
device=$(dax_devices | head -n 1)
before=$(snapshot)
load_kmem unplugged
use "$device"
check_state_machine
to online_movable
numactl --membind="$NODE" dd if=/dev/zero of=/dev/null bs=64M count=1 2>/dev/null ||
	fail "node $NODE cannot be used"
to unplugged
dax_bind "$device" device_dax
modprobe -r kmem
[ "$before" = "$(snapshot)" ] ||
	fail "not as at the start: $(diff <(echo "$before") <(snapshot))"
