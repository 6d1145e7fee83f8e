#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: kernels=6.12 modules=daxbroker topology=hmem last
# A kernel that takes signed modules only, and daxbroker's have no signature: the
# kernel's own take their place, and that is said with what to do.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

# own DRIVER: that of the kernel's tree has registered itself.
own() {
	[ -d "$DAX/drivers/$1" ] && [ ! -e "$DAX/drivers/$1/attach" ]
}

echo 1 >/sys/module/module/parameters/sig_enforce
modprobe dax_hmem
! modprobe -q kmem || fail 'the kernel took a module without a signature'
decide system-ram Zone=movable
exits 0 daxbrokerd --once
says "The kernel's own kmem is in use, not daxbroker's: "
says 'mokutil --import'
is dax0.0 'kmem 8 online Movable'
own kmem || fail 'it is not the in-tree kmem'

decide devdax
exits 0 daxbrokerd --once
says "The kernel's own device_dax and kmem are in use"
is dax0.0 device_dax
own device_dax || fail 'it is not the in-tree device_dax'
hold map dax0.0
let_go

# What the administrator forbids is not loaded from elsewhere.
decide system-ram Zone=movable
modprobe -r kmem
mkdir -p /etc/modprobe.d
echo 'install kmem /bin/false' >/etc/modprobe.d/case.conf
exits 6 daxbrokerd --once
says 'module kmem cannot be loaded'
is dax0.0 device_dax
