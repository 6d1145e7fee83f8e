#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: kernels=6.12 topology=cxl
# The example "cxl-capacity": the expander's memory is a movable node of the
# name that the policy gives it.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

make_cxl_region
wait_for 20 test -e $DAX/devices/dax0.0
example cxl-capacity
exits 0 daxbrokerd --once
is dax0.0 'kmem 4 online Movable'
exits 0 daxbroker node capacity
exits 0 daxbroker explain
says 'MaxMovableRatio: allows it'
says 'MinKernelFree: allows it'

# A limit that it would break: nothing is plugged.
decide devdax
exits 0 daxbrokerd --once
example cxl-capacity
mkdir $ETC/daxbroker.conf.d
printf '[Limits]\nMaxMovableRatio=1:16\n' >$ETC/daxbroker.conf.d/50-tight.conf
exits 5 daxbrokerd --once
says '50-tight.conf:2'
says 'of movable memory to'
is dax0.0 device_dax
