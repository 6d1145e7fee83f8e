#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=in-tree,daxbroker once topology=hmem last timeout=240
# The users of /dev/daxX.Y: named, waited for, and never hurt by a switch. With
# daxbroker's device_dax also those that no process shows, and a device that is being
# waited for gets no new ones.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

TOOL=$TOOLS/dax-tool

load_dax
[ "$(dax_driver dax0.0)" = device_dax ] || dax_bind dax0.0 device_dax
if daxbroker_modules; then
	is_free() { expect drain off "$(dax_attr dax0.0 drain)"; }
else
	is_free() { :; }
fi

# pin [orphan|pin]: pages of the device registered for I/O; its pid in $PIN.
pin() {
	rm -f /run/pin
	"$TOOL" "$1" /dev/dax0.0 4M >/run/pin 2>&1 &
	PIN=$!
	wait_for 20 grep -q ready /run/pin
}

# Who maps it is named, also when it is waited for.
hold map dax0.0
decide system-ram Zone=movable OnBusy=wait BusyTimeout=2s
exits 0 daxbroker plan
says 'wait up to 2 s'
exits 5 daxbrokerd --once
says "$HOLDER (dax-hold, mapped"
is dax0.0 device_dax
is_free
let_go

# A registered buffer: the switch neither hangs nor kills.
pin pin
decide system-ram Zone=movable
exits 5 daxbrokerd --once
says "$PIN (dax-tool, "
kill -0 $PIN || fail 'the one who pinned it was killed'
is dax0.0 device_dax
is_free
kill $PIN
wait $PIN || :

# It is waited for until its last user goes.
decide system-ram Zone=movable OnBusy=wait BusyTimeout=1min
hold map dax0.0
daxbrokerd --once >/run/log 2>&1 &
broker=$!
sleep 3
kill -0 $broker || fail "it did not wait: $(cat /run/log)"
is dax0.0 device_dax
if daxbroker_modules; then
	expect drain draining "$(dax_attr dax0.0 drain)"
	expect 'errno of open' 'EBUSY *' "$("$TOOL" errno /dev/dax0.0 2M)"
fi
let_go
wait $broker || fail "daxbrokerd exited with $?: $(cat /run/log)"
is dax0.0 'kmem 8 online Movable'
decide devdax
exits 0 daxbrokerd --once
is dax0.0 device_dax
is_free

# Killed while it waits: the next one lets users in again.
decide system-ram OnBusy=wait BusyTimeout=infinity
hold map dax0.0
daxbrokerd --once >/run/log 2>&1 &
broker=$!
sleep 2
for path in /proc/[0-9]*; do
	[[ $(cat "$path/comm" 2>/dev/null) != daxbroker* ]] || kill -9 "${path##*/}"
done
wait $broker || :
decide devdax
exits 0 daxbrokerd --once
is dax0.0 device_dax
is_free
let_go

# How it may be used.
decide devdax Exclusive=yes ForkInheritance=no
if ! daxbroker_modules; then
	exits 5 daxbrokerd --once
	says 'install daxbroker-dkms'
	decide devdax Exclusive=try ForkInheritance=try-no
	exits 0 daxbrokerd --once
	exits 0 daxbroker list -o DEVICE,REASON
	says 'no effect'
	exit 0
fi
exits 0 daxbrokerd --once
expect 'exclusive and dontfork' 11 "$(dax_attr dax0.0 exclusive)$(dax_attr dax0.0 dontfork)"
hold open dax0.0
exits 0 daxbroker list -no DEVICE,USERS
says 'dax0.0     1'
expect 'errno of open' 'EBUSY *' "$("$TOOL" errno /dev/dax0.0 2M)"
exits 0 daxbroker show dax0.0
says 'users.exclusive: 1'
kill "$HOLDER"
wait "$HOLDER" || :
decide devdax
exits 0 daxbrokerd --once
expect 'exclusive and dontfork' 00 "$(dax_attr dax0.0 exclusive)$(dax_attr dax0.0 dontfork)"

# Pins that no process shows: no mapping, no open file.
pin orphan
decide system-ram Zone=movable
exits 5 daxbrokerd --once
says 'pinned pages, maybe those of process'
is dax0.0 device_dax
is_free
exits 0 daxbroker show --json dax0.0
says '"openers": 0'
kill $PIN
wait $PIN || :
wait_for 10 grep -qx 0 $DAX/devices/dax0.0/users/pinned_pages
exits 0 daxbrokerd --once
is dax0.0 'kmem 8 online Movable'
decide devdax
exits 0 daxbrokerd --once

# Memory that has failed is given to nobody else.
"$TOOL" poison /dev/dax0.0 2097152 $((1 << 30)) 8192 || fail 'no memory failure'
decide system-ram Zone=movable
exits 5 daxbrokerd --once
says 'memory failed'
is dax0.0 device_dax
