#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=in-tree,daxbroker once thin topology=hmem timeout=900
# The worker, or it and the daemon, are killed before and after every step of a
# switch and of its undo: the next start finishes or undoes that, and says so.
# Needs a build with -Dcrash-hook=true.
set -euo pipefail
# shellcheck source=tests/vm/lib/crash.sh
. /tests/vm/lib/crash.sh

# without kmem's module
bare() {
	devdax
	modprobe -r kmem
}

MOVABLE=$(all 'online Movable')
NORMAL=$(all 'online Normal')
shape 'devdax to RAM' 5 bare "$MOVABLE" decide system-ram Zone=movable
shape 'RAM to devdax' 2 ram 'device_dax ' decide devdax
shape 'zone to zone' 2 ram "$NORMAL" decide system-ram Zone=kernel
shape 'no driver to RAM' 2 none "$MOVABLE" decide system-ram Zone=movable
shape 'no driver to devdax' 1 none 'device_dax ' decide devdax
with_error MEM_GOING_ONLINE -12
shape 'devdax to RAM, undoing it' "$PLUG_STEPS" devdax "$MOVABLE" \
	decide system-ram Zone=movable

# Killed each time: left alone, and reported.
devdax
decide system-ram Zone=movable
for try in 1 2 3; do
	echo 'take 0 both' >/run/daxbroker/crash
	daxbrokerd --once >/run/log 2>&1 || :
	[ ! -e /run/daxbroker/crash ] || fail "no crash at try $try"
done
exits 6 daxbrokerd --once
says 'stuck'
says 'left alone'
exits 0 daxbrokerd --once
sound "$MOVABLE"

# Cut off, and then the device goes with its region: nothing is left to recover.
devdax
decide system-ram Zone=movable
echo 'took 1 both' >/run/daxbroker/crash
daxbrokerd --once >/run/log 2>&1 || :
[ ! -e /run/daxbroker/crash ] || fail 'no crash before the device goes'
driver=$(readlink -f "$REGION/driver")
echo "${REGION##*/}" >"$driver/unbind"
once
says 'the device is gone'
nothing_left
echo "${REGION##*/}" >"$driver/bind"
wait_dax 1
once
[[ $OUTPUT != *'cut off'* ]] || fail "recovered after all: $OUTPUT"
sound "$MOVABLE"
total
