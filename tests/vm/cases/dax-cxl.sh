#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: kernels=6.12 modules=daxbroker topology=cxl timeout=300
# daxbroker's device_dax on a CXL region: the rules hold, users are counted, and what was
# written is there after unbinding and binding. (Its memory is emulated by
# trapping: little is done in it.)
set -euo pipefail
# shellcheck source=tests/vm/lib/dax.sh
. /tests/vm/lib/dax.sh

load_device_dax ''
make_cxl_region
wait_for 20 test -e $DAX/devices/dax0.0
expect provider cxl "$(dax_provider dax0.0)"
use dax0.0
for align in 4096 2097152; do
	align_to $align
	tool rules "$NODE" $align "$(size_of)"
	is_unused
	start_tool map "$NODE" 2097152
	users_are 1 1 2097152 0
	stop_tool "$TOOL_PID"
	is_unused
	tool fill "$NODE" 0 64K 1
	echo dax0.0 >$DRIVER/unbind
	echo dax0.0 >$DRIVER/bind
	tool verify "$NODE" 0 64K 1
	is_unused
done
