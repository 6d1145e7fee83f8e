#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=in-tree,daxbroker once thin topology=pool setup timeout=700
# Programs ask for memory of a pool and get a device of their own each, which is
# zero, and nobody else's until the last of them has let go. What nobody has is RAM.
# "thin" is without what a case of its own does longer: lease-cache, lease-crash.
set -euo pipefail
# shellcheck source=tests/vm/lib/lease.sh
. /tests/vm/lib/lease.sh
# shellcheck source=tests/vm/lib/cache.sh
. /tests/vm/lib/cache.sh

# Else what has no policy at boot becomes RAM in a kernel zone, for good.
if [ "${1:-}" = setup ]; then
	pool cache Zone=movable MaxPerUser=512M
	exit
fi

thin=${1:-}
trap '[ $? = 0 ] || { journalctl -b -n 60 -u daxbrokerd -o short-monotonic
	journalctl -b -k -n 20 -o short-monotonic; } || :' EXIT

wait_dax 1
systemctl start daxbrokerd
exits 0 daxbroker apply
wait_for 60 online_is 8
sound

echo '== one lease'
tenant a 256M -- "$TOOLS/lease-user" 600
a=$TENANT
ready a
wait_for 20 lease_is a active
expect 'size of the lease' $((2 * BLOCK)) "$(lease_of a Size)"
expect 'its uid' 0 "$(lease_of a Uid)"
expect 'its incarnation' "$(printf '%032d' 0 | tr 0 '?')" "$(lease_of a Incarnation)"
expect 'blocks online' 6 "$(online)"
sound
exits 0 daxbroker lease list
says cache
exits 0 daxbroker lease show "$(lease_of a Id)"
says active
exits 0 daxbroker list
says '(lease)'
says '(idle)'
id=$(lease_of a Id)
expect 'the lease of its device' "/org/daxbroker1/lease/_3$id cache" \
	"$(objects Device '.[] | select(.Lease != "/") | .Lease + " " + .Pool')"
exits 0 daxbroker list --json -o device,lease,lease-state,pool
expect 'devices by what they are' '1 active 6 idle' \
	"$(jq -r '[.devices[].lease_state // empty] | group_by(.) | map("\(length) \(.[0])") | join(" ")' <<<"$OUTPUT")"

echo '== a user without any right, and without /dev'
sandboxed() { # SIZE NAME COMMAND...
	local size=$1 name=$2
	shift 2
	systemd-run -q --pipe --wait -p User=daemon -p PrivateDevices=yes \
		-p PrivateUsers=yes -- daxbroker lease run --pool cache \
		--size "$size" --name "$name" -- "$@"
}
exits 0 sandboxed 128M b "$TOOLS/lease-user" 1
says 'bytes were its own'
wait_for 60 leases_are 1

echo '== limits of a user'
exits '[1-9]*' sandboxed 768M b true
says MaxPerUser
exits '[1-9]*' daxbroker lease run --pool cache --size 2G -- true
exits '[1-9]*' daxbroker lease run --pool none --size 128M -- true
wait_for 60 leases_are 1

echo '== users who may, and who may not'
pool cache Zone=movable AllowUsers=daemon AllowGroups=disk
exits 0 daxbroker apply
as() { # SETPRIV'S OPTIONS...: that user asks
	setpriv "$@" daxbroker lease run --pool cache --size 128M -- true
}
exits 9 as --reuid=nobody --regid=nogroup --clear-groups
says "User $(id -u nobody) may not lease memory of pool cache"
says 'AllowUsers=daemon, AllowGroups=disk'
exits 0 as --reuid=nobody --regid=nogroup --groups=disk
exits 0 as --reuid=daemon --regid=nogroup --clear-groups
pool cache Zone=movable MaxPerUser=512M
exits 0 daxbroker apply
wait_for 60 leases_are 1

echo '== a race for the last granule'
tenant c 768M -- "$TOOLS/lease-user" 600
c=$TENANT
ready c
expect 'blocks online' 0 "$(online)"
exits '[1-9]*' daxbroker lease run --pool cache --size 128M -- true
says cache
tenant d 128M --wait 5min -- "$TOOLS/lease-user" 600
d=$TENANT
wait_for 20 lease_is d waiting
leaves $c 0
ready d
wait_for 60 lease_is d active
leaves $d 0
wait_for 60 leases_are 1

echo '== the daemon is killed, and started again'
incarnation=$(lease_of a Incarnation)
systemctl kill -s KILL daxbrokerd
sleep 1
systemctl reset-failed daxbrokerd 2>/dev/null || :
systemctl start daxbrokerd
wait_for 60 lease_is a active
expect 'the incarnation' "$incarnation" "$(lease_of a Incarnation)"
expect 'blocks online' 6 "$(online)"
leaves $a 0
grep -q "$((2 * BLOCK)) bytes were its own" /run/tenant.a || fail "$(cat /run/tenant.a)"
all_idle

echo '== a path'
# shellcheck source=tests/vm/lib/lease-path.sh
. /tests/vm/lib/lease-path.sh

echo '== its client is killed'
tenant e 256M -- "$TOOLS/lease-user" 600
ready e
kill -KILL "$TENANT"
all_idle

# draining_for PID: the message names it.
draining_for() {
	[[ $(daxbroker status || :) == *"pinned pages, maybe those of process $1 (lease-pin"* ]]
}

echo '== a child still has it when its owner is gone'
# shellcheck disable=SC2016 # the child's
tenant f 128M -- sh -c '"$1" 600 4>&- & echo $! >/run/child; exec sleep 600' sh \
	"$TOOLS/lease-user"
ready f
kill -KILL "$TENANT"
wait_for 60 lease_is f draining
holder_kind() { objects Lease '.[] | select(.Name == "f") | .Holder.blocker_kind.data'; }
# shellcheck disable=SC2016 # for the inner shell
wait_for 20 eval '[ "$(holder_kind)" = mapped ]'
child=$(cat /run/child)
# Without daxbroker's driver it is tried again and again.
named() {
	OUTPUT=$(daxbroker status 2>&1) || :
	grep -q "process $child (lease-user, .*it goes on by itself" <<<"$OUTPUT"
}
wait_for 20 named
! grep -q 'then run daxbroker apply' <<<"$OUTPUT" || fail "the wrong advice: $OUTPUT"
exits 0 daxbroker lease list
says draining
says "$child (lease-user, mapped, "
exits 0 daxbroker lease show --json f
expect 'who has it' "$child mapped" \
	"$(jq -r '.leases[0].holders | map("\(.pid) \(.use)") | join(" ")' <<<"$OUTPUT")"
! daxbroker_modules || expect 'what is mapped of it' $BLOCK \
	"$(jq .leases[0].mapped <<<"$OUTPUT")"
# Others hear that somebody has it, and not who.
exits 0 setpriv --reuid daemon --clear-groups daxbroker lease list f
says 'a process (mapped)'
sleep 3
lease_is f draining || fail 'it was taken from the child'
tenant g 128M -- "$TOOLS/lease-user" 1
wait "$TENANT" || fail "$(cat /run/tenant.g)"
kill -TERM "$child"
wait_for 20 grep -q 'bytes were its own' /run/tenant.f
all_idle

echo '== its memory is a buffer of io_uring when its owner is gone'
if ! daxbroker_modules; then
	# The in-tree driver would give the memory away.
	exits '*' daxbroker check
	says 'nor counts pages that are pinned for I/O'
elif [ "$VM_KERNEL" != 6.1 ]; then # io_uring takes no buffers of devices until 6.5
	tenant l 128M -- "$TOOLS/lease-pin" /run/pinned
	ready l
	child=$(sed -n 's/^ready //p' /run/tenant.l)
	kill -KILL "$TENANT"
	wait_for 60 lease_is l draining
	wait_for 20 draining_for "$child"
	exits 0 daxbroker lease list
	says "pinned pages, maybe of $child (lease-pin)"
	exits 5 daxbroker lease run --pool cache --size 1G -- true
	says '128M, still in use'
	lease_is l draining || fail 'it was taken from the ring'
	kill -TERM "$child"
	wait_for 20 grep -q 'bytes were its own' /run/tenant.l
fi
all_idle

if [ -z "$thin" ]; then
	echo '== a service whose lease systemd keeps, under load'
	cache_start
	cache_storm 25
	cache_gives_way
	all_idle
fi

echo '== wanted back'
tenant h 128M --revocable -- "$TOOLS/lease-user" 600
h=$TENANT
ready h
tenant i 128M -- "$TOOLS/lease-user" 600
i=$TENANT
ready i
exits '[1-9]*' daxbroker lease reclaim "$(lease_of i Id)" --in 1s
exits 0 daxbroker lease reclaim "$(lease_of h Id)" --in 1s
if daxbroker_modules; then
	gone=15
	taken() { ! lease_is h active; }
else
	# The in-tree driver cannot take it for good: it stays whose it is.
	gone=0
	taken() { journalctl -u daxbrokerd -o cat | grep -q 'keeps it: only daxbroker'; }
fi
wait_for 60 taken
# What its mapping was: it gets SIGBUS as soon as it looks.
leaves "$h" $gone
journalctl -u daxbrokerd -o cat | grep -q 'its memory was wanted back' ||
	fail 'the journal does not say so'
leaves "$i" 0
all_idle

echo '== RAM in use'
TOOL=$TOOLS/memory-pattern
start_tool 1 400
user=$TOOL_PID out=$TOOL_OUT
tenant j 256M -- "$TOOLS/lease-user" 600
j=$TENANT
ready j
kill -TERM "$user"
wait "$user" || fail "its memory has changed: $(cat "$out")"
grep -q '^intact: ' "$out" || fail "$(cat "$out")"
leaves $j 0
all_idle

echo '== what is used least goes'
# c's is empty when it is RAM again, and all others are in use by then.
start_of() { # NAME
	local device
	device=$(daxbroker lease list --json "$1" | jq -r '.leases[0].device')
	cat "$DAX/devices/$device/mapping0/start"
}
declare -A pids
for name in a b c; do
	tenant $name 128M -- "$TOOLS/lease-user" 600
	pids[$name]=$TENANT
	ready $name
done
start=$(start_of c)
TOOL=$TOOLS/memory-pattern
start_tool 1 520
first=$TOOL_PID
leaves "${pids[a]}" 0
leaves "${pids[b]}" 0
wait_for 60 online_is 7
# More than the first one has left and one block: wherever it begins, in the blocks
# of a and b there is some of it.
start_tool 1 320
second=$TOOL_PID
leaves "${pids[c]}" 0
wait_for 60 online_is 8
tenant d 128M -- "$TOOLS/lease-user" 600
ready d
expect 'the memory that was taken' "$start" "$(start_of d)"
leaves "$TENANT" 0
kill -TERM "$first" "$second"
wait "$first" "$second"
all_idle

echo '== a granule that will not go'
# Huge pages that are promised to somebody and free nowhere else stay where they are.
HUGE=/sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages
(echo 16 >$HUGE)
expect 'huge pages on the node' 16 "$(cat $HUGE)"
TOOL=$TOOLS/kmem-tool
start_tool hugetlb 32
tenant k 512M -- "$TOOLS/lease-user" 600
k=$TENANT
ready k
exits 5 daxbroker lease run --pool cache --size 512M -- true
says 'huge pages'
leases_are 1 || fail 'something is left of what was refused'
leaves $k 0
stop_tool "$TOOL_PID"
(echo 0 >$HUGE)
all_idle

echo '== memory that fails'
"$TOOLS/lease-poison" cache $BLOCK $((2 << 20)) 12288 >/run/tenant.poisoned 2>&1 &
poisoned=$!
ready poisoned
grep -qx SIGBUS /run/tenant.poisoned || fail "$(cat /run/tenant.poisoned)"
if daxbroker_modules; then
	expect 'what its client hears' 'event poisoned 12288 4096 another incarnation' \
		"$(sed -n '/event/,/incarnation/p' /run/tenant.poisoned | paste -sd' ')"
	journalctl -u daxbrokerd -o cat |
		grep -q '^Lease .*poisoned.*: memory of dax.* failed at offset 0x3000: what was there is lost$' ||
		fail 'the journal does not say so'
	leaves $poisoned 0
	# Nobody gets it, and all others get the rest.
	wait_for 60 lease_is poisoned draining
	wait_for 60 eval 'journalctl -u daxbrokerd -o cat |
		grep -q "it has ended, and memory of dax.* has failed: nobody gets it until that is repaired"'
	exits '*' daxbroker status
	says 'no lease gets it, and nobody else'
	expect 'blocks online' 7 "$(online)"
	exits 0 daxbroker lease list poisoned
	says 'memory that has failed'
	exits 5 daxbroker lease run --pool cache --size 1G -- true
	says 'memory of it has failed'
	tenant l 896M -- "$TOOLS/lease-user" 600
	ready l
	leaves "$TENANT" 0
	wait_for 60 online_is 7
	# As when it was repaired: the driver has forgotten what has failed.
	systemctl stop daxbrokerd
	modprobe -r device_dax
	systemctl start daxbrokerd
else
	# The kernel's own driver tells nobody but who uses the page.
	grep -qx 'no event' /run/tenant.poisoned || fail "$(cat /run/tenant.poisoned)"
	grep -qx 'the same incarnation' /run/tenant.poisoned ||
		fail "$(cat /run/tenant.poisoned)"
	leaves $poisoned 0
fi
all_idle

echo '== all that is left, around another one'
tenant h 128M -- "$TOOLS/lease-user" 600
h=$TENANT
ready h
tenant i 128M -- "$TOOLS/lease-user" 600
i=$TENANT
ready i
leaves "$h" 0
await 60 grants_are 1
tenant l 896M --wait 1min -- "$TOOLS/lease-user" 600
l=$TENANT
ready l
expect 'its ranges' '0x*-0x* 0x*-0x*' "$(ranges_of l)"
leaves "$i" 0
leaves "$l" 0
all_idle

if [ -z "$thin" ]; then
	echo '== killed at some points of a lease'
	# All of them are for lease-crash; other ones for each kernel.
	# shellcheck source=tests/vm/lib/lease-crash.sh
	. /tests/vm/lib/lease-crash.sh
	crash_begin
	case $VM_KERNEL in
	6.1) lease_shape 4 9 system-ram acquire ;;
	*) lease_shape 8 9 system-ram acquire ;;
	esac
	[ "$CELLS" -gt 1 ] || fail 'nothing was killed'
	echo "figure: $CELLS cells"
fi

echo '== what is left'
systemctl stop daxbrokerd
expect 'what is left of leases' '' "$(find /run/daxbroker/leases -mindepth 1 2>/dev/null)"
