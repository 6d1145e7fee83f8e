# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# A user with a shell account does what he can: . /tests/vm/lib/attack.sh
# For guests with systemd; tests/vm/tools/attack is what he runs.
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

ATTACKER=1000
# Where, and what. Few at a time keep a CPU busy: in the emulator the kernel's own
# work would wait for them for minutes. The log's page is one of the hmem region's.
ATTACKS=('/tmp bus 64' '/tmp descriptors 100000' '/tmp descriptors 30000'
	'/tmp mappings 5' '/tmp churn 0' '/tmp log 0x100800'
	"/run/user/$ATTACKER files 4096" '/run/lock files 64')
# What root sees of it, a line each: seconds of an answered apply, and of a call that
# has nothing to do with daxbroker; bytes that the daemon had at most.
APPLIES=/run/applies CALLS=/run/calls PEAKS=/run/peaks
# An answer takes no longer, and the daemon has no more.
APPLY_MAX=60 PEAK_MAX=$((128 << 20))

# attack_setup: for a setup script: the account.
attack_setup() {
	echo "attacker:x:$ATTACKER:$ATTACKER::/tmp:/bin/sh" >>/etc/passwd
	echo "attacker:x:$ATTACKER:" >>/etc/group
}

attack_begin() {
	local attack where what n=0
	# What a step may take, for the kernel's own work has to wait, too.
	APPLY_MAX=330
	# As a session of his has it.
	mkdir -p /run/user/$ATTACKER
	mount -t tmpfs -o "mode=700,uid=$ATTACKER,size=10%,nr_inodes=10000" tmpfs /run/user/$ATTACKER
	for attack in "${ATTACKS[@]}"; do
		read -r where what <<<"$attack"
		# Whom the kernel kills for his own want of memory begins again.
		# shellcheck disable=SC2086 # words
		systemd-run -q --collect --unit="attack-$((n++))" --uid=attacker \
			-p Restart=always -p RestartSec=1 -p StartLimitIntervalSec=0 \
			--slice=user-$ATTACKER.slice --working-directory="$where" \
			$TOOLS/attack $what
	done
}

# attack_goes_on: all of it, and none for the lack of something.
attack_goes_on() {
	local n ended
	for n in "${!ATTACKS[@]}"; do
		wait_for 30 systemctl -q is-active "attack-$n"
		ended=$(systemctl show -P NRestarts "attack-$n")
		echo "figure: ended and begun again, ${ATTACKS[n]}: $ended"
		[ "$ended" -lt 10 ] || fail "it always ends: ${ATTACKS[n]}"
	done
}

attack_end() {
	systemctl stop 'attack-*'
	find /run/lock /tmp -user attacker -delete
	umount /run/user/$ATTACKER
}

# timed FILE COMMAND...: how long it took, unless it could not be done: its exit
# status, 124 after $APPLY_MAX.
timed() {
	local file=$1 begin=$EPOCHREALTIME status=0
	shift
	timeout $((APPLY_MAX * ${VM_PATIENCE:-1})) "$@" || status=$?
	case $status in
	0 | 4 | 5 | 6 | 124)
		awk -v a="$begin" -v b="$EPOCHREALTIME" \
			'BEGIN { printf "%.2f\n", b - a }' >>"$file"
		;;
	esac
	return $status
}

# stop_agent: what daxbroker asks or listens to stands still for a while.
stop_agent() { # UNIT SECONDS
	local pid
	pid=$(systemctl show -P MainPID "$1")
	[ "${pid:-0}" != 0 ] || return 0
	kill -STOP "$pid"
	(sleep "$2"; kill -CONT "$pid") &
}

# measure_daemon: the most it had, and the seconds of a plain call.
measure_daemon() {
	local pid
	pid=$(systemctl show -P MainPID daxbrokerd)
	awk '/^VmHWM/ { print $2 * 1024 }' "/proc/$pid/status" >>$PEAKS 2>/dev/null || :
	timed $CALLS busctl call org.freedesktop.DBus / org.freedesktop.DBus GetId >/dev/null || :
}

# attack_figures: fails where something took too long or too much.
attack_figures() {
	local peak
	echo "figure: seconds of each apply: $(paste -sd' ' $APPLIES)"
	sort -n $APPLIES | awk -v max=$((APPLY_MAX * ${VM_PATIENCE:-1})) '{ t[NR] = $1 }
		END { printf "figure: apply: %d answers, median %.2f s, worst %.2f s\n",
			NR, t[int((NR + 1) / 2)], t[NR]; exit !(NR && t[NR] < max) }' ||
		fail 'an apply was not answered in time'
	sort -n $CALLS | awk '{ t[NR] = $1 }
		END { printf "figure: a plain call: median %.2f s, worst %.2f s\n",
			t[int((NR + 1) / 2)], t[NR] }'
	peak=$(sort -n $PEAKS | tail -n 1)
	echo "figure: memory of the daemon at most $((peak >> 10)) KiB," \
		"of all its unit $(($(cat /sys/fs/cgroup/system.slice/daxbrokerd.service/memory.peak) >> 10)) KiB"
	[ "$peak" -lt $PEAK_MAX ] || fail 'the daemon has too much memory'
}

# is_idle SECONDS: no system call of the daemon returns in that time. strace shows the
# one that it sleeps in, and its end if it ever woke up.
is_idle() {
	local pid calls
	pid=$(systemctl show -P MainPID daxbrokerd.service)
	timeout "$1" strace -f -o /run/idle -p "$pid" 2>/dev/null || true
	cat /run/idle
	calls=$(grep -cE 'resumed|= ' /run/idle || true)
	echo "figure: system calls of daxbrokerd in $1 s of idling: $calls"
	[ "$calls" = 0 ] || fail 'it woke up'
	grep -q epoll_wait /run/idle || fail 'strace did not see it'
}

# found_offline DEVICE: the blocks that its last job found offline, a line for each.
found_offline() {
	{ grep "^{\"begin\".*\"device\":\"$1\"" /run/daxbroker/journal || :; } | tail -n 1 |
		{ grep -o '"first":[0-9]*,"last":[0-9]*,"state":"offline"' || :; } |
		awk -F '[:,]' '{ for (i = $2; i <= $4; i++) print i }'
}

# none_offline DEVICE...: no block of the machine, but those that something else took
# offline of these devices, whose memory does not move any more.
none_offline() {
	local left device path
	for device; do
		found_offline "$device"
	done >/run/found-offline
	left=$(for path in /sys/devices/system/memory/memory*/; do
		[ "$(cat "$path/state")" != offline ] || basename "$path" | sed 's/memory//'
	done | { grep -vxcFf /run/found-offline || :; })
	echo "figure: blocks offline: $left, and of others' $(wc -l </run/found-offline)"
	[ "$left" = 0 ] || fail 'memory is left offline'
}
