#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=daxbroker topology=hmem timeout=400
# Many processes open, map, touch, fork, splice and go, against drain,
# exclusive, dontfork, unbind and bind, and readers of all attributes. After
# it nobody is left and everything works. usage: dax-torture.sh [SECONDS]
set -euo pipefail
# shellcheck source=tests/vm/lib/dax.sh
. /tests/vm/lib/dax.sh

seconds=${1:-10}

# rage ALIGN SECONDS
rage() {
	local storm reader i=0
	"$TOOL" storm "$NODE" "$1" "$(size_of)" "$2" >/dev/null 2>&1 &
	storm=$!
	while kill -0 $storm 2>/dev/null; do
		cat "$DIR"/users/* "$DIR"/drain
	done >/dev/null 2>&1 &
	reader=$!
	while kill -0 $storm 2>/dev/null; do
		i=$((i + 1))
		echo $((RANDOM % 2)) >"$DIR/drain" || :
		echo $((RANDOM % 2)) >"$DIR/exclusive" || :
		echo $((RANDOM % 2)) >"$DIR/dontfork" || :
		[ $((i % 4)) != 0 ] || echo 0 >"$DIR/drain" || :
		if [ $((i % 8)) = 0 ]; then
			echo "$DEV" >$DRIVER/unbind || :
			until echo "$DEV" >$DRIVER/bind; do sleep 0.1; done
		fi
		sleep 0.0$((RANDOM % 5))
	done 2>/dev/null
	wait $storm
	wait $reader || :
	echo "$1: $i rounds"
	[ -e "$DIR/drain" ] || echo "$DEV" >$DRIVER/bind
	for attribute in drain exclusive dontfork; do
		echo 0 >"$DIR/$attribute"
	done
	is_unused
	tool rules "$NODE" "$1" "$(size_of)" >/dev/null
	is_unused
}

modprobe dax_hmem
load_device_dax ''
use dax0.0
for align in 4096 2097152; do
	align_to "$align"
	rage "$align" $((seconds / 2))
done
expect 'references on the module' 0 "$(cat /sys/module/device_dax/refcnt)"
echo dax0.0 >$DRIVER/unbind
! grep -q ': dax0.0$' /proc/iomem || fail 'the range is still reserved'
modprobe -r device_dax
modprobe -r dax_hmem
