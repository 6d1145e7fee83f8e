#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=in-tree,daxbroker once topology=hmem
# A device that somebody has open or mapped is not taken away: the refusal
# names the process, and the process goes on undisturbed.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

load_dax
[ "$(dax_driver dax0.0)" = device_dax ] || dax_bind dax0.0 device_dax
decide system-ram Zone=movable

for how in open map map-only; do
	hold $how dax0.0
	exits 5 daxbrokerd --once
	says "$HOLDER (dax-hold, "
	exits 5 daxbroker plan dax0.0
	says "$HOLDER (dax-hold, "
	is dax0.0 device_dax
	let_go
done

# Through another name, in another mount namespace.
IFS=: read -r major minor <$DAX/devices/dax0.0/dev
mknod /run/other-name c "$major" "$minor"
unshare -m "$TOOLS/dax-hold" map-only /run/other-name >/run/holder &
HOLDER=$!
wait_for 20 grep -q ready /run/holder
exits 5 daxbrokerd --once
says 'dax-hold, mapped'
is dax0.0 device_dax
let_go

exits 0 daxbrokerd --once
is dax0.0 'kmem 8 online Movable'
