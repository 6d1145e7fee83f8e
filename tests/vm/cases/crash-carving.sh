#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=tree,ours once thin topology=hmem timeout=1000
# As the case crash, of carving a region: devices are made, sized, given other
# pages and destroyed; what fits is kept, also while it is in use.
set -euo pipefail
# shellcheck source=tests/vm/lib/crash.sh
. /tests/vm/lib/crash.sh
# shellcheck source=tests/vm/lib/carve.sh
. /tests/vm/lib/carve.sh

once_carved() {
	carve "$@"
	once
}

whole() { once_carved 'all rest devdax'; }
whole_ram() { once_carved 'all rest system-ram'; }
two() { once_carved 'a 256M devdax' 'b rest system-ram'; }
three() { once_carved 'a 256M devdax' 'b 256M system-ram' 'c rest devdax'; }

devdax
carving_of dax0.0
look() { layout; }

WHOLE='0+1024/2M device_dax'
TWO='0+256/2M kmem 2 online Movable,256+768/2M device_dax'
SPLIT=('pool 256M system-ram' 'a rest devdax')

shape 'carving devdax' 4 whole "$TWO" carve "${SPLIT[@]}"
shape 'carving RAM' 3 whole_ram "$TWO" carve "${SPLIT[@]}"
shape 'other pages' 3 whole '0+1024/1024M device_dax' carve 'all rest devdax Align=1G'
shape 'one of two' 5 two "$WHOLE" carve 'all rest devdax'
with_error MEM_GOING_OFFLINE -16
shape 'one of two, undoing it' 2 two "$WHOLE" carve 'all rest devdax'

# The first fits.
three
hold map "$(at 0)"
shape 'one that fits is in use' 5 three \
	'0+256/2M device_dax,256+384/2M device_dax,640+384/2M device_dax' \
	carve 'a 256M devdax' 'b 384M devdax' 'c rest devdax'
let_go
total
