#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: once topology=pmem2 timeout=240
# What is no dax device is shown, too: namespaces of each mode, who uses them and
# what they hold. It agrees with ndctl list, member by member.
set -euo pipefail
# shellcheck source=tests/vm/lib/broker.sh
. /tests/vm/lib/broker.sh

modprobe -a nfit nd_pmem nd_btt dax_pmem device_dax loop ext4
mapfile -t regions < <(pmem_regions)
[ ${#regions[@]} = 2 ] || fail "not two regions: ${regions[*]}"

# make MODE REGION [OPTION...]: prints the namespace.
make() {
	ndctl create-namespace -m "$1" -r "$2" -s 128M "${@:3}" |
		sed -n 's/.*"dev":"\(namespace.*\)",/\1/p'
}

for region in "${regions[@]}"; do label_region "$region"; done
fsdax=$(make fsdax "${regions[0]}" -n data)
sector=$(make sector "${regions[0]}" -l 4096)
devdax=$(make devdax "${regions[1]}" -a 2M)
raw=$(make raw "${regions[1]}")

# of NAMESPACE MEMBER: of daxbroker's JSON.
of() {
	daxbroker list --all --json -o +CONTENT 2>/dev/null |
		jq -r ".namespaces[] | select(.dev == \"$1\") | .$2"
}
fsdax_block=$(of "$fsdax" blockdev)
sector_block=$(of "$sector" blockdev)
raw_block=$(of "$raw" blockdev)
dax=$(of "$devdax" chardev)
wait_for 20 test -b "/dev/$fsdax_block" -a -b "/dev/$sector_block" -a -b "/dev/$raw_block"

# agrees: each member that ndctl shows is daxbroker's, and no namespace is missing.
agrees() {
	ndctl list -N | jq -S '[.] | flatten | sort_by(.dev)' >/tmp/ndctl
	daxbroker list --all --json -o +CONTENT 2>/dev/null | jq -S .namespaces >/tmp/shown
	jq -n -r --slurpfile n /tmp/ndctl --slurpfile o /tmp/shown '
		($n[0] | map(.dev)) as $there |
		(if ($o[0] | map(.dev) | sort) != $there then
			"namespaces: \($there)" else empty end),
		($n[0][] as $x | ($o[0][] | select(.dev == $x.dev)) as $y |
			$x | keys[] | select(. as $k | ["raw_uuid", "daxregion"] |
				index($k) | not) |
			select($x[.] != $y[.]) |
			"\($x.dev) \(.): \($x[.]) is not \($y[.])")' >/tmp/wrong
	[ ! -s /tmp/wrong ] || fail "$(cat /tmp/wrong /tmp/ndctl /tmp/shown)"
}

agrees
expect 'mode' fsdax "$(of "$fsdax" mode)"
expect 'name' data "$(of "$fsdax" name)"

# Nothing is on them yet.
expect 'new fsdax' blank "$(of "$fsdax" content)"
expect 'new raw' blank "$(of "$raw" content)"
expect 'unused' '[]' "$(of "$fsdax" used_by | tr -d ' \n')"

# File systems, swap and signatures.
mke2fs -q -t ext4 -b 4096 "/dev/$fsdax_block"
expect 'ext4' ext4 "$(of "$fsdax" content)"
mkdir -p '/mnt/a b'
mount -o dax=always "/dev/$fsdax_block" '/mnt/a b'
expect 'where' '/mnt/a b' "$(of "$fsdax" 'used_by[0].name')"
expect 'dax' always "$(of "$fsdax" 'used_by[0].dax')"
exits 0 daxbroker list --all
says 'mount /mnt/a b (ext4, dax=always)'
exits 0 daxbroker show "$fsdax"
says 'mount /mnt/a b (ext4, dax=always)'
umount '/mnt/a b'
mount "/dev/$fsdax_block" '/mnt/a b'
expect 'dax by default' inode "$(of "$fsdax" 'used_by[0].dax')"
umount '/mnt/a b'
expect 'unmounted' '[]' "$(of "$fsdax" used_by | tr -d ' \n')"

mkswap "/dev/$sector_block" >/dev/null
expect 'swap' swap "$(of "$sector" content)"
swapon "/dev/$sector_block"
expect 'swap in use' swap "$(of "$sector" 'used_by[0].kind')"
swapoff "/dev/$sector_block"

printf 'PMEMOBJ\0' | dd of="/dev/$raw_block" conv=notrunc status=none
expect 'pool' pmdk-obj "$(of "$raw" content)"
losetup /dev/loop0 "/dev/$raw_block"
expect 'loop' loop0 "$(of "$raw" 'used_by[0].name')"
losetup -d /dev/loop0
dd if=/dev/zero of="/dev/$raw_block" bs=4096 count=1 conv=notrunc status=none
printf 'x' | dd of="/dev/$raw_block" conv=notrunc status=none
expect 'something else' other "$(of "$raw" content)"

# A devdax device is read by mapping it.
content() {
	daxbroker list --all --json -o +CONTENT 2>/dev/null |
		jq -r ".devices[] | select(.device == \"$dax\") | .content"
}
expect 'new devdax' blank "$(content)"
# put SEED: the first eight bytes; the seeds are of the tool's pattern.
put() {
	ALIGN=2M /usr/lib/daxbroker-tests/dax-tool fill "/dev/$dax" 0 8 "$1"
}
put 0x9e3779b9f8f8feea
expect 'famfs' famfs "$(content)"
put 0x9e7d3bf6320f3145
expect 'pool' pmdk-obj "$(content)"
put 1
expect 'something else' other "$(content)"
put 0x9e3779b97f4a7c15
expect 'zero again' blank "$(content)"
agrees

# What has no driver is shown, too.
ndctl disable-namespace "$raw" >/dev/null 2>&1
expect 'disabled' disabled "$(of "$raw" state)"

# How long each takes, of ten.
ms() {
	local start end
	read -r start _ </proc/uptime
	for _ in 1 2 3 4 5 6 7 8 9 10; do "$@" >/dev/null 2>&1; done
	read -r end _ </proc/uptime
	echo $((${end/./} - ${start/./}))
}
echo "list --all: $(ms daxbroker list --all) ms, with CONTENT $(ms daxbroker list --all -o +CONTENT) ms, ndctl list -Nu: $(ms ndctl list -Nu) ms"
nothing_left
