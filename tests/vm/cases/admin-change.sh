#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: kernels=6.1 modules=in-tree topology=hmem2 systemd setup timeout=600
# A new administrator's first changes, and what goes wrong with them: in a terminal,
# as root, and as an ordinary user who is not allowed to.
set -euo pipefail
# shellcheck source=tests/vm/lib/admin.sh
. /tests/vm/lib/admin.sh

if [ "${1:-}" = setup ]; then
	no_policies
	mkdir -p $ETC
	exit 0
fi

ordinary_user
journalctl --update-catalog
wait_dax 2
udevadm settle
systemctl start daxbroker-settled.target

task 'a first file, with a slip'
policy 20-capacity '[Match]' 'PhysicalAddress=0-0xffffffffffff' \
	'[Region]' Mode=system-ram 'Zones=movable'
root 4 'daxbroker check'
says 'did you mean Zone?'

task 'it is taken all the same? no'
root 1 'systemctl reload daxbrokerd'
root '*' 'daxbroker status'
says 20-capacity.region
is dax0.0 device_dax

task 'the file alone, before it counts'
policy 20-capacity '[Match]' TargetNode=2 \
	'[Region]' Mode=system-ram Zone=movable NodeName=capacity
root 0 "daxbroker check $ETC/20-capacity.region"

task 'what would that change?'
root 0 'daxbroker plan'
says dax1.0
says undo

task 'an ordinary user may not'
user 9 'daxbroker apply'

task 'so it is root who does'
begin 'daxbroker monitor'
root 0 'daxbroker apply'
is dax1.0 'kmem * online Movable'

task 'somebody watches it'
shows dax1.0
keys '\003'
ends '*'

task 'the node by its name'
user 0 'daxbroker node capacity'
says 2
# shellcheck disable=SC2016 # the shell in the terminal expands it
user 0 'numactl --membind=$(daxbroker node capacity) numactl --show'
says 'membind: 2'

task 'a slip in the name'
user '[1-9]*' 'daxbroker node capacty'
says 'did you mean "capacity"?'

task 'a job script waits for the node'
user 0 'daxbroker wait --timeout=30s capacity'

task 'who did what, and when?'
user 0 'daxbroker history dax1.0'
says system-ram

task 'the journal explains its messages'
root 0 'journalctl --no-pager -x -u daxbrokerd -n 60'
says '░░ Defined-By: daxbroker'

task 'a database has the other device: who?'
policy 10-database '[Match]' TargetNode=1 '[Region]' Mode=system-ram Zone=movable
hold map dax0.0
root 5 'daxbroker apply'
says "$HOLDER (dax-hold"

task 'wait for it, then think better of it'
policy 10-database '[Match]' TargetNode=1 '[Region]' Mode=system-ram Zone=movable \
	OnBusy=wait BusyTimeout=10min
begin 'daxbroker apply'
shows '(check-unused)'
keys '\003'
ends '*'
says 'daxbroker cancel'
root 0 'daxbroker cancel dax0.0'
let_go
is dax0.0 device_dax

task 'a name and an owner for the database'
policy 10-database '[Match]' TargetNode=1 '[Region]' Mode=devdax \
	DeviceName=db Owner=$ORDINARY Permissions=0600
root 0 'daxbroker apply'
wait_for 30 test -e /dev/daxbroker/db || :
user 0 'test -w /dev/daxbroker/db'

task 'for tonight it is to be RAM'
root 0 'daxbroker set --until-reboot dax0.0 system-ram'
becomes dax0.0 'kmem * online Movable'
root 0 'daxbroker explain dax0.0'
says 'says system-ram (daxbroker set)'
# Not the contrary, where the device cannot be told from others.
user 0 'daxbroker explain dax0.0'
says 'Override: unknown'
user 0 'daxbroker status'
says 'user 0 wants it so'

task 'and back to what the files say'
user 9 'daxbroker release dax0.0'
root 0 'daxbroker release dax0.0'
becomes dax0.0 device_dax

task 'edit a file'
cat >/run/editor <<'SH'
#!/bin/sh
printf '[Region]\nNodeName=big\n' >"$1"
SH
cat >/run/slip <<'SH'
#!/bin/sh
printf '[Region]\nNodeName=1\n' >"$1"
SH
chmod +x /run/editor /run/slip
root '[1-9]*' "EDITOR=/run/slip daxbroker edit 20-capacity.region"
[ ! -e $ETC/20-capacity.region.d ] || [ -z "$(ls $ETC/20-capacity.region.d)" ] ||
	fail 'a file in error counts'
root 0 'EDITOR=/run/editor daxbroker edit 20-capacity.region'
root 0 'daxbroker cat 20-capacity.region'
says NodeName=big

task 'the name is what is in force until a reload'
user 0 'daxbroker node capacity'
root 0 'systemctl reload daxbrokerd'
wait_for 30 daxbroker node big || :
user '[1-9]*' 'daxbroker node capacity'

task 'coming from daxctl'
cat >/etc/daxctl.conf <<'CONF'
[reconfigure-device unique_identifier_case]
nvdimm.uuid = 48d8e42c-a2f0-4312-9e70-a837faafe862
mode = system-ram
online = true
movable = true
CONF
root 0 'daxbroker import daxctl'
says 48d8e42c-a2f0-4312-9e70-a837faafe862
says Mode=system-ram

task 'try a whole set of files first'
mkdir -p /run/candidate/etc/daxbroker
printf '[Match]\nDevice=*\n[Region]\nMode=devdax\n' \
	>/run/candidate/etc/daxbroker/10-all.region
root 0 'daxbroker plan --policies /run/candidate/etc/daxbroker'
says dax1.0

task 'going back: the files go, and nothing changes'
no_policies
root 0 'daxbroker apply'
is dax1.0 'kmem * online Movable'

task 'going back: it is said'
policy 20-capacity '[Match]' Provider=hmem '[Region]' Mode=devdax
root 0 'daxbroker apply'
is dax1.0 device_dax

task 'the daemon is stopped, and nobody starts it by looking'
systemctl stop daxbrokerd
root 7 'daxbroker status'
root 7 'daxbroker apply'
user 7 'daxbroker apply'
! systemctl is-active daxbrokerd || fail 'it was started'
root 0 'daxbroker list'

task 'it is masked'
systemctl mask daxbrokerd
root 7 'daxbroker apply'
says 'systemctl unmask daxbrokerd'
systemctl unmask daxbrokerd

task 'on again'
root 0 'systemctl start daxbrokerd'
root 0 'daxbroker status'

tasks_are 26
