#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: kernels=6.12 topology=cxl
# A CXL memory device and a root decoder are shown before they are in a region, and
# with it, though Debian 12's libcxl does not see volatile regions.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

cxl=/sys/bus/cxl/devices
modprobe -a cxl_acpi cxl_pci cxl_port cxl_mem dax_cxl device_dax
wait_for 20 test -e $cxl/mem0/ram/size
wait_for 20 eval "ls $cxl/endpoint*/decoder*.0"

# of ARRAY MEMBER: of its first object.
of() {
	daxbroker list --all --json 2>/dev/null | jq -c ".$1[0].$2"
}
agree() {
	expect serial $((0x5ca1ab1e)) "$(of memdevs serial)"
	expect size "$(($(cat $cxl/mem0/ram/size)))" "$(of memdevs ram_size)"
	expect memdev '"mem0"' "$(of memdevs memdev)"
	expect decoder '"decoder0.0"' "$(of decoders decoder)"
	expect 'size of the decoder' "$(($(cat $cxl/decoder0.0/size)))" \
		"$(of decoders size)"
	expect 'its address' "$(($(cat $cxl/decoder0.0/start)))" \
		"$(of decoders resource)"
	expect 'volatile' true "$(of decoders volatile_capable)"
}

agree
expect 'no region' '[]' "$(of memdevs used_by)"
expect 'no region' '[]' "$(of decoders used_by)"
expect 'all free' "$(of decoders size)" "$(of decoders max_available_extent)"

make_cxl_region
wait_for 20 test -e $DAX/devices/dax0.0
agree
expect 'in a region' '"region0"' "$(of memdevs 'used_by[0].name')"
expect 'in a region' '"region0"' "$(of decoders 'used_by[0].name')"
exits 0 daxbroker list --all
says 'region region0'
exits 0 daxbroker show mem0
says 'serial: '
says 'region region0'
exits 0 daxbroker show decoder0.0 dax0.0
says 'max_available_extent: '
