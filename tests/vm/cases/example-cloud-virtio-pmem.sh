#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: once topology=virtio-pmem
# The example "cloud-virtio-pmem": the guest sees that it is one, the host's
# range is devdax, and no policy after it makes memory of it.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

modprobe -a virtio_pmem nd_pmem dax_pmem device_dax
wait_for 20 eval 'ls /sys/bus/nd/devices/namespace*'
namespace=$(basename /sys/bus/nd/devices/namespace*)
ndctl create-namespace -f -m devdax -a 2M -e "$namespace" >/dev/null
wait_dax 1
device=$(dax_devices)
example cloud-virtio-pmem
policy 50-ram '[Match]' 'Device=*' '[Region]' 'Mode=system-ram'
exits 0 daxbrokerd --once
is "$device" device_dax
exits 0 daxbroker explain
says 'Virtualization=vm: it is qemu'
says '20-virtio-pmem.region: fits'
