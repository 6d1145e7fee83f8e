#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: newer modules=daxbroker topology=hmem last timeout=240
# A kernel zone on a node without other memory: the plan warns, and since Linux 6.14
# that is true. Before, the memory comes back.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

load_dax
[ "$(dax_driver dax0.0)" = device_dax ] || dax_bind dax0.0 device_dax
for zone in kernel auto; do
	decide system-ram Zone=$zone OneWay=refuse
	exits 5 daxbrokerd --once
	says 'OneWay=allow'
	is dax0.0 device_dax
done
decide system-ram Zone=movable OneWay=refuse
exits 0 daxbrokerd --once
is dax0.0 'kmem 8 online Movable'
decide system-ram Zone=kernel
exits 0 daxbroker plan
says 'never leaves again'
exits 0 daxbrokerd --once
is dax0.0 'kmem 8 online Normal'

decide devdax
exits 0 daxbroker plan
says 'fails until the next boot'
if kernel_zone_is_one_way; then
	exits 6 daxbrokerd --once
	is dax0.0 'kmem 8 online Normal'
else
	shrink_caches
	exits 0 daxbrokerd --once
	is dax0.0 device_dax
fi
