#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: topology=hmem systemd
# Installed, and no policy written: after a boot everything is what the kernel
# alone would have made of it. (6.1 gives soft-reserved memory to device_dax,
# 6.12 to kmem, which has it online.)
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

# The script may be there before udev is done.
wait_for 90 systemctl -q is-active daxbrokerd.service daxbroker-settled.target
wait_for 20 test -d $DAX/drivers/kmem
case $VM_KERNEL in
6.1) becomes dax0.0 device_dax ;;
6.12) becomes dax0.0 'kmem 8 online Normal' ;;
esac
exits 0 daxbroker status
says kept
exits 0 daxbroker explain
says 99-default.region
# daxctl is not hindered either.
case $VM_KERNEL in
6.1) exits 0 daxctl reconfigure-device --mode=system-ram dax0.0 ;;
6.12) exits 0 daxctl reconfigure-device --force --mode=devdax dax0.0 ;;
esac
exits 0 daxbroker status
says kept
