#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: once topology=hmem
# A kernel whose package lacks the module, and one where the administrator
# forbids it: said with what to do, and the device stays what it is.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

load_dax
[ "$(dax_driver dax0.0)" = device_dax ] || dax_bind dax0.0 device_dax
[ ! -d $DAX/drivers/kmem ] || modprobe -r kmem
decide system-ram Zone=movable

mkdir -p /etc/modprobe.d
echo 'install kmem /bin/false' >/etc/modprobe.d/case.conf
exits 6 daxbrokerd --once
says 'module kmem cannot be loaded'
is dax0.0 device_dax
rm /etc/modprobe.d/case.conf

module=$(modinfo -n kmem)
mv "$module" /run/
depmod
exits 6 daxbrokerd --once
says 'no module kmem'
says 'is as it was before'
is dax0.0 device_dax
hold map dax0.0
let_go

mv "/run/$(basename "$module")" "$module"
depmod
exits 0 daxbrokerd --once
is dax0.0 'kmem 8 online Movable'
