#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=in-tree,daxbroker topology=pmem-hmem
# Persistent memory: its content is destroyed only where the policy says so,
# and a namespace without content has none to lose; its UUID is the one that ndctl prints, and matches. The soft-reserved memory
# beside it, which nothing decides about, is left alone. On 6.12 it has no driver.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

modprobe -a nfit nd_pmem dax_pmem device_dax dax_hmem
make_devdax "$(pmem_regions | head -n 1)" 2M >/dev/null
for path in "$DAX"/devices/*; do
	path=${path##*/}
	case $(dax_provider "$path") in
	pmem) device=$path ;;
	hmem) other=$path ;;
	esac
done
[ "$VM_KERNEL" != 6.1 ] || wait_for 20 test -e "$DAX/devices/$other/driver"
kept=$(state "$other")
expect "$other" "$([ "$VM_KERNEL" = 6.1 ] && echo device_dax || echo none)" "$kept"
uuid=$(ndctl list -m devdax | sed -n 's/.*"uuid":"\(.*\)".*/\1/p' | head -n 1)
[ -n "$uuid" ] || fail 'ndctl shows no UUID'
is "$device" device_dax

exits 0 daxbroker list -o DEVICE,PROVIDER,UUID
says "$uuid"
says pmem

# put VALUE: eight bytes in the middle, which no sample has.
middle=$(($(cat "$DAX/devices/$device/size") / 2 + 8))
put() {
	ALIGN=2M /usr/lib/daxbroker-tests/dax-tool fill "/dev/$device" $middle 8 "$1"
}

# One byte is enough to leave it as it is.
put 1
# Samples are read for who asks.
exits 0 daxbroker list -o DEVICE,CONTENT "$device"
says blank
policy 50-pmem '[Match]' Provider=pmem Content=blank '[Region]' Mode=system-ram \
	Zone=movable
exits '[056]' daxbroker list -o DEVICE,CONTENT "$device"
says blank
exits 6 daxbrokerd --once
says "$device holds something at offset $(printf %#x $middle)"
says 'Persistent=overwrite'
is "$device" device_dax
nothing_left
# The seed of the tool's pattern whose first word is zero.
put 0x9e3779b97f4a7c15

# write_at OFFSET HEX...
write_at() {
	while [ $# -gt 1 ]; do
		ALIGN=2M $TOOLS/dax-tool put "/dev/$device" "$1" "$2"
		shift 2
	done
}

# may_go VALUE: the policy that gives up what Persistent=VALUE says.
may_go() {
	no_policies
	policy 50-pmem '[Match]' Provider=pmem '[Region]' Mode=system-ram \
		Zone=movable "Persistent=$1"
}

# kind NAME OFFSET HEX...: these bytes are refused by their name, which permits
# them. Then they are zero again.
kind() {
	local name=$1 other_kind=swap
	shift
	write_at "$@"
	[ "$name" != swap ] || other_kind=xfs
	may_go $other_kind-is-none
	exits 4 daxbroker check
	may_go overwrite:$other_kind
	exits 5 daxbrokerd --once
	says "would destroy what it holds ($name)"
	says 'Persistent=overwrite:'
	is "$device" device_dax
	exits 0 daxbroker list -o DEVICE,CONTENT "$device"
	says "$name"
	may_go "overwrite:$other_kind,$name"
	exits 0 daxbroker plan "$device"
	says "it holds $name"
	while [ $# -gt 1 ]; do
		write_at "$1" "${2//[0-9a-f]/0}"
		shift 2
	done
}
ext4=(1080 53ef 1100 01 1116 04 1120 40)
kind ext4 "${ext4[@]}"
kind xfs 0 58465342
kind crypto_LUKS 0 4c554b53babe0002
kind LVM2_member 512 4c4142454c4f4e45 536 4c564d3220303031
kind swap 4086 53574150535041434532
kind pmdk-obj 0 504d454d4f424a
kind famfs 0 ff82b287
kind other 0 01
exits 0 daxbroker show "$device"
says 'content: blank'
no_policies

# ram [LIMIT]: the persistent memory is to be RAM.
persistent=refuse
ram() {
	no_policies
	policy 50-uuid '[Match]' "UUID=${uuid^^}" 'Provider=pmem' '[Region]' \
		Mode=system-ram Zone=movable Persistent=$persistent
	policy 20-other '[Match]' 'UUID=00000000-0000-0000-0000-000000000000' \
		'[Region]' Mode=devdax
	[ -z "${1:-}" ] || printf '[Limits]\n%s\n' "$1" >"$ETC/daxbroker.conf"
}

# back: it holds nothing any more that could be lost, so that is not refused.
back() {
	no_policies
	policy 50-pmem '[Match]' Provider=pmem '[Region]' Mode=devdax
	exits 0 daxbrokerd --once
	is "$device" device_dax
	is "$other" "$kept"
}

# switches: to RAM, and nothing else with it. Then it may hold something.
switches() {
	exits 0 daxbrokerd --once
	is "$device" 'kmem * online Movable'
	is "$other" "$kept"
	persistent=overwrite
}

ram
exits 0 daxbroker explain "$device"
says 50-uuid
says 20-other

# The first time kmem is not loaded yet, and nobody knows what it can do.
ram NeverTouch=/devices/platform/hmem.*
if daxbroker_modules || [ "$VM_KERNEL" = 6.1 ]; then
	switches
	back
else
	exits 5 daxbrokerd --once
	says "NeverTouch=, which excludes $other"
	is "$device" device_dax
	is "$other" "$kept"
fi

ram
exits 0 daxbroker plan "$device"
daxbroker_modules || [ "$VM_KERNEL" = 6.1 ] || says "would take $other, too"
switches
back

# What it holds is seen.
hold map "$device"
let_go
policy 40-free '[Match]' Content=blank '[Region]' Mode=keep
policy 50-pmem '[Match]' Provider=pmem Content=!blank '[Region]' Mode=system-ram
exits 5 daxbrokerd --once
says 'would destroy what it holds'
is "$device" device_dax

# What is named goes, and nothing else.
write_at 0 "$(printf %08192d 0)" "${ext4[@]}"
may_go overwrite:xfs
exits 5 daxbrokerd --once
may_go overwrite:xfs,ext4
exits 0 daxbrokerd --once
is "$device" 'kmem * online Movable'
back

# The other way round: it is the persistent memory that has no driver.
echo "$device" >"$DAX/drivers/device_dax/unbind"
no_policies
policy 50-hmem '[Match]' Provider=hmem '[Region]' Mode=devdax
exits 0 daxbrokerd --once
is "$other" device_dax
is "$device" none
nothing_left
