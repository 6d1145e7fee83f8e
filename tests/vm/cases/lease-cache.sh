#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: long modules=in-tree,daxbroker once topology=pool setup timeout=1500
# The cache of examples/ as a unit, under load for ten minutes: it and the daemon
# are killed at random times, and no value is lost. The argument is another number
# of seconds, then a seed.
set -euo pipefail
# shellcheck source=tests/vm/lib/lease.sh
. /tests/vm/lib/lease.sh
# shellcheck source=tests/vm/lib/cache.sh
. /tests/vm/lib/cache.sh

# Else what has no policy at boot becomes RAM in a kernel zone, for good.
if [ "${1:-}" = setup ]; then
	pool cache Zone=movable
	exit
fi

RANDOM=${2:-$RANDOM}
echo "figure: seed $RANDOM"
trap '[ $? = 0 ] || journalctl -b -n 80 -u daxbrokerd -u daxbroker-cache -o short-monotonic || :' EXIT

wait_dax 1
systemctl start daxbrokerd
wait_for 120 online_is 8
cache_start
cache_storm "${1:-600}"
cache_gives_way
all_idle
# Stopped, and not crashed: systemd keeps nothing.
cache_start
systemctl stop daxbroker-cache
all_idle
nothing_left
