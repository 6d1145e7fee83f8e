#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=in-tree,daxbroker once thin topology=hmem timeout=1000
# As the case crash, of laying out a region: devices are made, sized, given other
# pages and destroyed; what fits is kept, also while it is in use.
set -euo pipefail
# shellcheck source=tests/vm/lib/crash.sh
. /tests/vm/lib/crash.sh
# shellcheck source=tests/vm/lib/layout.sh
. /tests/vm/lib/layout.sh

once_laid_out() {
	lay_out "$@"
	once
}

whole() { once_laid_out 'all rest devdax'; }
whole_ram() { once_laid_out 'all rest system-ram'; }
two() { once_laid_out 'a 256M devdax' 'b rest system-ram'; }
three() { once_laid_out 'a 256M devdax' 'b 256M system-ram' 'c rest devdax'; }

devdax
layout_of dax0.0
shown() { layout; }

WHOLE='0+1024/2M device_dax'
TWO='0+256/2M kmem 2 online Movable,256+768/2M device_dax'
SPLIT=('pool 256M system-ram' 'a rest devdax')

shape 'splitting devdax' 4 whole "$TWO" lay_out "${SPLIT[@]}"
shape 'splitting RAM' 3 whole_ram "$TWO" lay_out "${SPLIT[@]}"
shape 'other pages' 3 whole '0+1024/1024M device_dax' lay_out 'all rest devdax Align=1G'
shape 'one of two' 5 two "$WHOLE" lay_out 'all rest devdax'
with_error MEM_GOING_OFFLINE -16
shape 'one of two, undoing it' 2 two "$WHOLE" lay_out 'all rest devdax'

# The first fits.
three
hold map "$(at 0)"
shape 'one that fits is in use' 5 three \
	'0+256/2M device_dax,256+384/2M device_dax,640+384/2M device_dax' \
	lay_out 'a 256M devdax' 'b 384M devdax' 'c rest devdax'
let_go
total
