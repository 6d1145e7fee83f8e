#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: once topology=none
# A machine without any dax, and without its modules: said, and no failure.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

decide system-ram
exits 0 daxbrokerd --once
exits 0 daxbroker list
says 'no device-DAX'
exits 0 daxbroker list --json
exits 0 daxbroker plan
exits 3 daxbroker show dax0.0
exits 3 daxbroker node capacity
load_dax
exits 0 daxbrokerd --once
exits 0 daxbroker list
