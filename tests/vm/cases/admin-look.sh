#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: kernels=6.12 modules=daxbroker topology=pmem-hmem systemd setup timeout=400
# A new administrator's first hour: tasks that change nothing, in a terminal, as
# root and as an ordinary user.
set -euo pipefail
# shellcheck source=tests/vm/lib/admin.sh
. /tests/vm/lib/admin.sh

if [ "${1:-}" = setup ]; then
	policy 20-hmem '[Match]' Provider=hmem '[Region]' Mode=system-ram \
		Zone=movable NodeName=capacity
	# Content= is read by the daemon, in its sandbox.
	policy 25-pmem '[Match]' Content=blank '[Region]' Mode=devdax
	policy 30-later '[Match]' Provider=hmem '[Region]' Mode=devdax
	make_all_devdax 2M
	unload_dax
	exit 0
fi

ordinary_user
wait_dax 2
udevadm settle
systemctl start daxbroker-settled.target
PMEM='' HMEM=''
for device in $(dax_devices); do
	if [ "$(dax_provider "$device")" = hmem ]; then
		HMEM=$device
	else
		PMEM=$device
	fi
done

task 'which version is it?'
both 0 'daxbroker --version' 'daxbroker 0.'

task 'what can it do?'
both 0 'daxbroker --help' list plan explain

task 'a slip of the fingers'
both 2 'daxbroker lst' 'did you mean "list"?'

task 'what memory is there, and what has become of it?'
both 0 'daxbroker list' "$HMEM" "$PMEM" system-ram

task 'is anything on the persistent memory?'
root 0 "daxbroker list -o CONTENT $PMEM"
says blank
user 0 "daxbroker list -o CONTENT $PMEM"
says unknown
root 0 'daxbroker status --json'
jq -r '.devices[] | "\(.device) \(.outcome)"' <<<"$OUTPUT" |
	grep -qx "$PMEM as-decided" || fail "the daemon could not read $PMEM"

task 'which region does a device belong to?'
both 0 'daxbroker list --tree' "$HMEM"

task 'a script wants the names of all nodes'
both 0 "daxbroker list --json | jq -r '.devices[].device'" "$HMEM" "$PMEM"

task 'all about one device'
both 0 "daxbroker show $HMEM" hmem

task 'why is it what it is?'
both 0 "daxbroker explain $HMEM" '20-hmem.region: fits'

task 'would another file decide it if that one went?'
both 0 "daxbroker explain --all $HMEM" '30-later.region'

task 'is anything left to do?'
root 0 'daxbroker plan'
says "$HMEM: nothing"
# What root alone can read is said to be so.
user 9 'daxbroker plan'
says 'root can read them'

task 'are the files all right?'
both 0 'daxbroker check' ''

task 'is the daemon well?'
both 0 'daxbroker status' running

task 'which number has the node?'
both 0 'daxbroker node capacity' 1

task 'where in the address space is it?'
root 0 'daxbroker map'
says "$HMEM system-ram"
user 0 'daxbroker map'
says 'root can read them'

task 'the machine as a file, for a colleague'
root 0 'daxbroker facts >/var/lib/machine.json'
user 0 'daxbroker list --facts /var/lib/machine.json'
says "$HMEM"

task 'what does a text say in which file?'
both 0 "daxbroker cat $HMEM" '# /etc/daxbroker/20-hmem.region' 'Zone=movable'

task 'what has happened since the boot?'
both 0 'daxbroker history' "$HMEM"

task 'a programmer looks at the bus'
both 0 'busctl tree --no-pager org.daxbroker1' /org/daxbroker1
both 0 'busctl introspect --no-pager org.daxbroker1 /org/daxbroker1' Apply

task 'no colours'
root 0 'NO_COLOR=1 daxbroker list'
[[ $SHOWN != *$'\e['* ]] || fail 'there are colours'

tasks_are 20
