#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The guest's side of ./demo: "setup" runs before systemd starts.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

KEPT=/var/lib/demo

say() {
	printf '\n== %s\n' "$*"
}

show() { # COMMAND...: as a person would have typed it
	printf '\n# %s\n' "$*"
	"$@"
}

seen() {
	printf '   [seen] %s\n' "$*"
}

write_policies() { # UUID of the database's namespace
	policy 10-database '# The database maps this namespace directly.' \
		'[Match]' "UUID=$1" '' '[Region]' 'Mode=devdax'
	policy 20-capacity '# Soft-reserved memory is capacity for everyone.' \
		'[Match]' 'Provider=hmem' '' \
		'[Region]' 'Mode=system-ram' 'Zone=movable' 'NodeName=capacity'
	policy 30-pmem '# All other persistent memory is RAM; what it held may go.' \
		'[Match]' 'Provider=pmem' '' \
		'[Region]' 'Mode=system-ram' 'Zone=movable' \
		'Persistent=overwrite' 'NodeName=slow'
}

write_unit() {
	cat >/etc/systemd/system/bound.service <<'UNIT'
[Unit]
Description=A service that needs the node's memory
Requires=sys-devices-system-node-node1.device
After=sys-devices-system-node-node1.device

[Service]
Type=oneshot
RemainAfterExit=yes
NUMAPolicy=bind
NUMAMask=1
ExecStart=/bin/sh -c 'numactl --show >/run/bound'
UNIT
	mkdir -p /etc/systemd/system/multi-user.target.wants
	ln -sf ../bound.service /etc/systemd/system/multi-user.target.wants/
}

setup() {
	mkdir -p $KEPT
	make_all_devdax 2M
	load_dax
	ndctl list -m devdax | sed -n 's/.*"uuid":"\(.*\)".*/\1/p' |
		tail -n 1 >$KEPT/uuid
	write_policies "$(cat $KEPT/uuid)"
	write_unit
	daxbroker list >$KEPT/before
	unload_dax
}

show_policies() {
	say "the administrator's policies"
	local file
	for file in "$ETC"/*.region; do
		show cat "$file"
	done
	show daxbroker check
}

show_boot() {
	# The kernel probes NVDIMMs by itself, even after multi-user.target.
	wait_dax 3
	udevadm settle
	wait_for 120 systemctl is-active --quiet daxbroker-settled.target
	say "before and after: what the machine booted with, and what it is now"
	printf '\n# daxbroker list     (before the daemon ever ran)\n'
	cat $KEPT/before
	show daxbroker list
	show numactl -H
	show systemctl --no-pager --lines=0 status daxbroker-settled.target
	local at
	at=$(systemctl show -P ActiveEnterTimestampMonotonic daxbrokerd.service)
	echo "QEMU start to all nodes online: $(qemu_seconds \
		"$(awk -v t="$at" 'BEGIN { print t / 1000000 }')") s"
	HMEM=$(device_of hmem) DATABASE=$(device_of pmem devdax) \
		SLOW=$(device_of pmem system-ram)
	becomes "$HMEM" 'kmem 8 online Movable'
	becomes "$SLOW" 'kmem * online Movable'
	becomes "$DATABASE" device_dax
	seen 'hmem and one pmem region are nodes in zone movable, the other is devdax'
}

# device_of PROVIDER [MODE]
device_of() {
	daxbroker list --noheadings --raw -o DEVICE,PROVIDER,MODE |
		awk -v p="$1" -v m="${2:-}" \
			'$2 == p && (m == "" || $3 == m) { print $1; exit }'
}

show_explain() {
	say "why: which file decided"
	show daxbroker explain "$DATABASE"
}

show_workload() {
	local node pid address pages
	say "a workload bound to the new node by its name"
	node=$(show daxbroker node capacity | tail -n 1)
	printf '\n# numactl --membind=%s hold-memory 256 &\n' \
		"\$(daxbroker node capacity)"
	numactl --membind="$node" "$TOOLS/hold-memory" 256 >/run/workload &
	pid=$!
	wait_for 60 grep -q ready /run/workload
	address=$(sed -n 's/^ready 0x//p' /run/workload)
	pages=$(grep "^$address " "/proc/$pid/numa_maps")
	printf '\n# grep %s /proc/%s/numa_maps\n%s\n' "$address" "$pid" "$pages"
	kill $pid
	wait $pid || true
	expect 'its pages' "*N$node=*" "$pages"
	case $pages in
	*N0=*) fail "pages of it are on node 0" ;;
	esac
	seen "all of its memory is on node $node"
}

show_unit() {
	say "a unit that is ordered on the node's device"
	show systemctl cat --no-pager bound.service
	show systemctl --no-pager list-units --plain --no-legend \
		'sys-devices-system-node-*.device' \
		'sys-subsystem-daxbroker-nodes-*.device'
	wait_for 60 systemctl is-active --quiet bound.service
	show cat /run/bound
	grep -q '^membind: 1 *$' /run/bound || fail 'it was not bound to node 1'
	wait_for 60 systemctl is-active --quiet \
		sys-subsystem-daxbroker-nodes-capacity.device
	seen 'the service started after the node was there, bound to it'
}

show_application() {
	say "an application that maps the kept /dev/$DATABASE"
	hold map "$DATABASE"
	show grep "/dev/$DATABASE" "/proc/$HOLDER/maps"
	seen "process $HOLDER has it mapped"
}

show_refusal() {
	say "a switch that would kill it is refused, with the reason"
	sed -i 's/^Mode=.*/Mode=system-ram\nPersistent=overwrite/' \
		$ETC/10-database.region
	show cat $ETC/10-database.region
	printf '\n# daxbroker apply\n'
	exits 5 daxbroker apply
	says "$HOLDER (dax-hold, mapped"
	is "$DATABASE" device_dax
	sed -i '/^Persistent=/d; s/^Mode=.*/Mode=devdax/' $ETC/10-database.region
	exits 0 daxbroker apply
	let_go
	seen 'refused with its pid and command; its data are as it wrote them'
}

show_reload() {
	say "a policy is edited and reloaded: the node goes back to devdax"
	sed -i 's/^Mode=.*/Mode=devdax/' $ETC/20-capacity.region
	show daxbroker plan "$HMEM"
	show systemctl reload daxbrokerd
	becomes "$HMEM" device_dax
	show daxbroker list
	show numactl -H
	is "$HMEM" device_dax
	[ -c "/dev/$HMEM" ] || fail "/dev/$HMEM is not there"
	exits 3 daxbroker node capacity
	seen "node 1 is gone and /dev/$HMEM is there"
}

show_journal() {
	say "what the daemon wrote to the journal"
	show journalctl --no-pager -u daxbrokerd -o short-monotonic
}

main() {
	show_policies
	show_boot
	show_explain
	show_workload
	show_unit
	show_application
	show_refusal
	show_reload
	show_journal
	say "everything shown was seen to hold, on $(uname -r)"
}

case ${1:-} in
setup) setup ;;
*) main ;;
esac
