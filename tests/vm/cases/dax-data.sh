#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=daxbroker topology=dax timeout=300
# What is written through a mapping is there: for another process, for a virtio
# disk by O_DIRECT in both directions, after unbinding and binding; of a device of
# many ranges too.
set -euo pipefail
# shellcheck source=tests/vm/lib/dax.sh
. /tests/vm/lib/dax.sh

check() {
	local end
	end=$(($(size_of) - (16 << 20)))
	tool fill "$NODE" 0 16M 11
	tool fill "$NODE" $end 16M 12
	tool verify "$NODE" 0 16M 11
	tool direct "$NODE" 32M 4M /dev/vda
	is_unused
	echo "$DEV" >$DRIVER/unbind
	echo "$DEV" >$DRIVER/bind
	tool verify "$NODE" 0 16M 11
	tool verify "$NODE" $end 16M 12
	tool verify "$NODE" 32M 4M 18
	is_unused
}

modprobe -a nfit nd_pmem dax_pmem dax_hmem virtio_blk
load_device_dax ''
HMEM=$(device_of hmem)
use "$HMEM"
for align in "${ALIGNS[@]}"; do
	align_to "$align"
	check
done
namespace=$(make_devdax "$(pmem_regions)" 2M)
use "$(device_of pmem)"
check

# The struct pages lie in the namespace, in a part that device_dax does not have:
# they must not be given away under a pin.
ulimit -l unlimited
start_tool orphan "$NODE" 2M
ndctl destroy-namespace -f "$namespace" >/run/out 2>&1 &
destroyer=$!
wait_for 20 eval "dmesg | grep -q 'removing it waits for the references'"
sleep 1
kill -0 $destroyer || fail 'a namespace was destroyed under a pin'
stop_tool "$TOOL_PID"
wait $destroyer || fail "destroy: $(cat /run/out)"

# Four ranges with others between: each page of the device is the right one.
fragment "$HMEM" || fail 'cannot make a device of several ranges'
for align in 2097152 4096; do
	use "$FRAGMENTED"
	align_to "$align"
	tool rules "$NODE" "$align" "$(size_of)"
	tool fill "$NODE" 0 "$(size_of)" 77
	tool verify "$NODE" 0 "$(size_of)" 77
	for mapping in "$DIR"/mapping[0-9]*; do
		offset=$(($(cat "$mapping/page_offset") * 4096))
		echo "range at $offset: $(cat "$mapping/start")"
		tool direct "$NODE" $offset 1M /dev/vda
	done
	check
done
dmesg | grep -c 'beyond the end'
