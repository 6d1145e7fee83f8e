# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Of the case leases: clients that open the device by a path, and former ones that
# do not cease to try. All memory of the pool is idle. With $thin it is one of them.

# by_user USER: "${BY_USER[@]}" COMMAND... is that user's.
by_user() {
	BY_USER=(setpriv --reuid="$1" --regid="$(id -g "$1")" --clear-groups)
}

# path_tenant USER NAME: of 512M, by a path, in the background; it waits until the
# memory can be had.
path_tenant() {
	by_user "$1"
	"${BY_USER[@]}" daxbroker lease run --pool cache --size 512M --wait 2min \
		--name "$2" --path -- "$TOOLS/lease-path" hold 600 \
		>"/run/tenant.$2" 2>&1 &
	# shellcheck disable=SC2034 # for the cases
	TENANT=$!
}

# path_is_of USER NAME: its node is that user's alone, with its device's number.
path_is_of() {
	local path device
	path=$(lease_of "$2" Path)
	device=$(lease_of "$2" Device)
	device=${device##*/}
	expect 'the path' "/dev/daxbroker/leases/$(lease_of "$2" Id)" "$path"
	expect 'whose it is' "$1 root 600" "$(stat -c '%U %G %a' "$path")"
	expect 'its number' "$(cat "$DAX/devices/${device//_2e/.}/dev")" \
		"$((0x$(stat -c %t "$path"))):$((0x$(stat -c %T "$path")))"
}

no_nodes() {
	[ -z "$(find /dev/daxbroker/leases -mindepth 1 2>/dev/null)" ]
}

# intruder USER PATH: it opens what was of PATH until it is ended.
intruder() {
	by_user "$1"
	"${BY_USER[@]}" "$TOOLS/lease-path" try "$2" >"/run/tenant.$1-$TENANT" 2>&1 &
	INTRUDERS+=("$!")
	(wait_for 20 grep -q ready "/run/tenant.$1-$TENANT") ||
		fail "$(cat "/run/tenant.$1-$TENANT")"
}

end_intruders() {
	local pid
	for pid in "${INTRUDERS[@]}"; do
		kill -TERM "$pid" 2>/dev/null || :
		wait "$pid" || fail "$(cat /run/tenant.*-*)"
	done
	INTRUDERS=()
}

if daxbroker_modules; then
	INTRUDERS=()
	tenant l 512M -- "$TOOLS/lease-user" 600
	l=$TENANT
	ready l
	path_tenant daemon m0
	before=$TENANT
	ready m0
	path_is_of daemon m0
	by_user games
	! "${BY_USER[@]}" sh -c ": <$(lease_of m0 Path)" 2>/dev/null ||
		fail 'it is open to others'
	rounds=(1 2 3)
	# shellcheck disable=SC2154 # the case's
	[ -z "$thin" ] || rounds=(1)
	for round in "${rounds[@]}"; do
		[ $((round % 2)) = 0 ] && now=daemon was=games || now=games was=daemon
		path=$(lease_of m$((round - 1)) Path)
		# A user may let others in, as long as it is its own.
		by_user "$was"
		"${BY_USER[@]}" chmod 666 "$path"
		intruder "$was" "$path"
		intruder nobody "$path"
		path_tenant "$now" m$round
		wait_for 20 lease_is m$round waiting
		leaves "$before" 0
		before=$TENANT
		ready m$round
		[ ! -e "$path" ] || fail "$path is there"
		path_is_of "$now" m$round
		sleep 1
		end_intruders
	done
	last=m${rounds[-1]}
	path=$(lease_of $last Path)
	systemctl kill -s KILL daxbrokerd
	sleep 1
	expect 'whose it is without a daemon' games "$(stat -c %U "$path")"
	systemctl reset-failed daxbrokerd 2>/dev/null || :
	systemctl start daxbrokerd
	wait_for 60 lease_is $last active
	wait_for 20 path_is_of games $last
	systemctl kill -s KILL daxbrokerd
	leaves "$before" 0
	systemctl reset-failed daxbrokerd 2>/dev/null || :
	systemctl start daxbrokerd
	wait_for 60 no_nodes
	cat /run/tenant.*-*
	leaves "$l" 0
	all_idle
	# Wherever the daemon dies, the node is nobody's in the end.
	for point in node owned disowned; do
		[ -z "$thin" ] || break
		grep -q daxbroker/crash "$(command -v daxbrokerd)" || break
		path_tenant games crash-$point
		if [ $point = disowned ]; then
			ready crash-$point
			echo "$point 0 worker" >/run/daxbroker/crash
			leaves "$TENANT" 0
		else
			echo "$point 0 worker" >/run/daxbroker/crash
		fi
		wait_for 60 test ! -e /run/daxbroker/crash
		wait_for 60 systemctl -q is-active daxbrokerd
		systemctl reset-failed daxbrokerd 2>/dev/null || :
		if [ $point != disowned ]; then
			ready crash-$point
			path_is_of games crash-$point
			leaves "$TENANT" 0
		fi
		wait_for 60 no_nodes
		all_idle
	done
else
	# An open that is on its way cannot be told from none.
	exits 5 daxbroker lease run --pool cache --size 128M --path -- true
	says 'own module device_dax'
fi
no_nodes || fail 'nodes of leases are left'
