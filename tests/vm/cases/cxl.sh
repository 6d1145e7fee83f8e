#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: kernels=6.12 topology=cxl
# A CXL region: known as one, with the memory device's serial, and switched
# both ways, and split. (Its memory is emulated by trapping: nothing is run in it.)
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

make_cxl_region
wait_for 20 test -e $DAX/devices/dax0.0
echo "as it appeared: $(state dax0.0)"
exits 0 daxbroker show dax0.0
says cxl
says 0x5ca1ab1e

decide keep
policy 20-cxl '[Match]' Provider=cxl '[Region]' Mode=system-ram Zone=movable \
	NodeName=expander
exits 0 daxbrokerd --once
is dax0.0 'kmem 4 online Movable'
exits 0 daxbroker node expander
policy 20-cxl '[Match]' Provider=cxl '[Region]' Mode=devdax
exits 0 daxbrokerd --once
is dax0.0 device_dax

# Split, and one device again.
policy 20-cxl '[Match]' Serial=0x5ca1ab1e Size=512M '[Region]' Zone=movable \
	'[Device]' Name=a Mode=devdax Size=256M \
	'[Device]' Name=pool Mode=system-ram Size=rest
exits 0 daxbrokerd --once
is dax0.0 device_dax
is dax0.1 'kmem 2 online Movable'
policy 20-cxl '[Match]' Serial=0x5ca1ab1e Size=512M \
	'[Region]' Mode=system-ram Zone=kernel '[Device]' Name=all Size=rest
exits 0 daxbrokerd --once
is dax0.0 'kmem 4 online Normal'
[ ! -e $DAX/devices/dax0.1 ] || fail 'dax0.1 is still there'
