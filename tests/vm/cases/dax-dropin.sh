#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=daxbroker topology=dax timeout=300
# In place of the in-tree device_dax: the same mappings with pages of 4 KiB, 2 MiB
# and 1 GiB, of an hmem device and of an NVDIMM's; the same refused; daxctl and
# ndctl see and do the same. Unloading and loading again works.
set -euo pipefail
# shellcheck source=tests/vm/lib/dax.sh
. /tests/vm/lib/dax.sh

# What others see of the devices, but for our attributes and for what differs
# each time a namespace is made.
view() {
	grep -E 'dax|Persistent|Soft' /proc/iomem
	daxctl list -MRD | sed 's,region.*dax.*,,'
	ndctl list -N | grep -v '"uuid"'
	for device in $(dax_devices); do
		for path in "$DAX/devices/$device"/*; do
			case ${path##*/} in
			users | exclusive | dontfork | drain | poisoned_pages) ;;
			*) echo "${path##*/}" ;;
			esac
		done
		readlink "$DAX/devices/$device/driver/module"
	done
}

# rules_hold: of the device in use; nobody uses it after.
rules_hold() {
	echo "--- $DEV in pages of $(attr align)"
	tool rules "$NODE" "$(attr align)" "$(size_of)"
	[ "$STRICT" = 0 ] || is_unused
}

check_hmem() {
	local align
	use "$HMEM"
	for align in "${ALIGNS[@]}"; do
		align_to "$align"
		rules_hold
	done
	align_to 2097152
}

check_pmem() {
	local align
	for align in "${ALIGNS[@]}"; do
		ndctl create-namespace -f -e "$namespace" -m devdax -a "$align" >/run/out 2>&1 ||
			fail "namespace of $align: $(cat /run/out)"
		use "$(device_of pmem)"
		expect alignment "$align" "$(attr align)"
		rules_hold
	done
}

modprobe -a nfit nd_pmem dax_pmem dax_hmem
HMEM=$(device_of hmem)
namespace=$(make_devdax "$(pmem_regions)" 2M)
for STRICT in 0 1; do
	export STRICT
	echo "=== $([ "$STRICT" = 0 ] && echo in-tree || echo daxbroker)"
	if [ "$STRICT" = 0 ]; then load_in_tree; else load_device_dax ''; fi
	check_hmem
	check_pmem
	[ "$STRICT" != 0 ] || in_tree=$(view)
	[ "$STRICT" != 1 ] || daxbroker=$(view)
	[ "$STRICT" != 1 ] || dmesg | grep -q 'dax-tool.*: refused: a private mapping' ||
		fail 'no reason in the log'
	rmmod device_dax
	expect 'driver after unloading' '' "$(dax_driver "$HMEM")"
done
[ "$in_tree" = "$daxbroker" ] ||
	fail "others see something else: $(diff <(echo "$in_tree") <(echo "$daxbroker"))"

# daxctl's verbs.
load_device_dax ''
use "$HMEM"
daxctl disable-device "$HMEM" >/run/out 2>&1 || fail "disable: $(cat /run/out)"
daxctl enable-device "$HMEM" >/run/out 2>&1 || fail "enable: $(cat /run/out)"
expect driver device_dax "$(dax_driver "$HMEM")"
daxctl disable-device "$HMEM" >/run/out 2>&1
daxctl reconfigure-device -s 512M "$HMEM" >/run/out 2>&1 || fail "size: $(cat /run/out)"
made=$(daxctl create-device -r "$(cut -c4 <<<"$HMEM")" -s 256M -a 4096 | chardev)
[ -n "$made" ] || fail 'create-device made none'
use "$made"
rules_hold
daxctl disable-device "$made" >/run/out 2>&1 || fail "disable: $(cat /run/out)"
daxctl destroy-device "$made" >/run/out 2>&1 || fail "destroy: $(cat /run/out)"
use "$HMEM"
rules_hold
echo "$HMEM" >$DRIVER/unbind

# Pages of 1 GiB that would start within one: the bus takes them.
echo 2097152 >"$DIR/size"
made=$(daxctl create-device -r "$(cut -c4 <<<"$HMEM")" -s 1G 2>/dev/null | chardev)
echo "$made" >$DRIVER/unbind
echo 1073741824 >"$DAX/devices/$made/align"
! (echo "$made" >$DRIVER/bind) 2>/dev/null || fail 'a page of 1 GiB between two'
dmesg | tail -n 20 | grep -q "$made: .* is not made of pages of 0x40000000 bytes" ||
	fail 'no reason in the log'
ndctl destroy-namespace -f "$namespace" >/run/out 2>&1 || fail "destroy: $(cat /run/out)"
modprobe -r device_dax
