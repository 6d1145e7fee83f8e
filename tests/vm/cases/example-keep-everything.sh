#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: once topology=three-regions timeout=240
# The example "keep-everything": whatever the devices are, and whatever other
# files say, they stay so. Nor is a region laid out.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

make_all_devdax 2M
load_dax
wait_dax 3
before=$(for device in $(dax_devices); do echo "$device $(state "$device")"; done)
example keep-everything
policy 50-ram '[Match]' 'Device=*' '[Region]' 'Mode=system-ram'
exits 0 daxbroker check
exits 4 daxbroker check --strict
says '50-ram.region: warning: it never decides'
exits 0 daxbrokerd --once

policy 20-layout '[Match]' 'Provider=hmem' '[Region]' 'Mode=system-ram' \
	'[Device]' 'Name=a' 'Size=256M' 'Mode=devdax' \
	'[Device]' 'Name=b' 'Size=rest'
exits 0 daxbrokerd --once
says '00-keep.region says Mode=keep'
after=$(for device in $(dax_devices); do echo "$device $(state "$device")"; done)
expect 'all devices' "$before" "$after"
