#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: once topology=pmem2 timeout=240
# The example "pmem-half": one namespace stays the database's, with what it
# holds, the other one becomes memory. Its UUID stands in the example.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

modprobe -a nfit nd_pmem dax_pmem device_dax
for region in $(pmem_regions); do
	make_devdax "$region" 2M >/dev/null
done
wait_dax 2
read -r database memory < <(dax_devices | paste -sd' ')
uuid=$(cat "$(readlink -f "$DAX/devices/$database")/../uuid")
example pmem-half "s/^UUID=.*/UUID=$uuid/"
exits 0 daxbrokerd --once
is "$database" device_dax
is "$memory" 'kmem * online Movable'
exits 0 daxbroker node pmem
exits 0 daxbroker facts
says "$uuid"
