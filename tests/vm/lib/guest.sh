# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# For scripts in the guest: . /tests/vm/lib/guest.sh
# All of it works with the in-tree drivers and in both modes of tests/vm/run.

DAX=/sys/bus/dax

fail() {
	echo "FAIL: $*" >&2
	exit 1
}

# expect WHAT WANTED GOT: fails unless GOT equals the pattern WANTED.
expect() {
	# shellcheck disable=SC2053 # WANTED is a pattern
	[[ $3 == $2 ]] || fail "$1: expected '$2', got '$3'"
}

# wait_for SECONDS COMMAND...: until the command succeeds; fails if never. On a
# machine that has other things to do it waits longer (see tests/vm/suite).
wait_for() {
	local end=$((SECONDS + $1 * ${VM_PATIENCE:-1}))
	shift
	until "$@" >/dev/null 2>&1; do
		if [ "$SECONDS" -ge "$end" ]; then
			fail "waited in vain for: $*"
			return 1
		fi
		sleep 0.1
	done
}

# shrink_caches: the kernel lets go of what it keeps in memory without need: it may
# be in memory that is to go.
shrink_caches() {
	local cache
	echo 3 >/proc/sys/vm/drop_caches
	for cache in /sys/kernel/slab/*/shrink; do
		echo 1 >"$cache"
	done 2>/dev/null
}

# load_dax: every provider and the device-DAX driver. A module this kernel
# does not have is no failure: providers differ.
load_dax() {
	modprobe -a -q nfit nd_pmem nd_e820 dax_pmem 2>/dev/null
	modprobe -q dax_hmem 2>/dev/null
	modprobe -q device_dax 2>/dev/null
	return 0
}

# unload_dax: the reverse, as before udev found the hardware. NVDIMMs and
# their regions hold nfit while they have a driver.
unload_dax() {
	local module path
	for path in /sys/bus/nd/drivers/{nd_pmem,dax_pmem,nd_region,nvdimm}/*/; do
		case $path in
		*/module/ | *'*'*) ;;
		*) basename "$path" >"${path%/*/}/unbind" ;;
		esac
	done 2>/dev/null
	for module in kmem dax_hmem device_dax dax_pmem nd_pmem nd_btt nd_e820 nfit; do
		modprobe -r -q "$module" 2>/dev/null
	done
	return 0
}

dax_devices() {
	local path
	for path in "$DAX"/devices/*; do
		[ ! -e "$path" ] || basename "$path"
	done
}

# wait_dax COUNT: until that many dax devices are there. With --systemd udev may
# still be loading drivers when multi-user.target is reached: on 6.12 NVDIMMs
# are later than the script.
wait_dax() {
	wait_for 30 dax_count_is "$1"
}

dax_count_is() { [ "$(dax_devices | wc -l)" -ge "$1" ]; }

# attr_of FILE: its line, in $ATTR; fails where the file is not there, or is gone
# between open() and read(), as an attribute of what is being removed is.
attr_of() {
	ATTR=
	{ read -r ATTR || [ -n "$ATTR" ]; } 2>/dev/null <"$1"
}

# dax_attr DEVICE ATTRIBUTE. A device that belongs to no node has no attribute
# target_node at all.
dax_attr() { cat "$DAX/devices/$1/$2"; }

# find_driver DEVICE: its driver's name, or nothing, in $FOUND_DRIVER. In the
# emulator a process is what costs time: so here, and in all that some cases ask a
# thousand times, there is none, not even for $().
find_driver() {
	local path
	FOUND_DRIVER=
	for path in "$DAX"/drivers/*/"$1"; do
		[ -e "$path" ] || continue
		path=${path%/*}
		FOUND_DRIVER=${path##*/}
	done
}

dax_driver() {
	find_driver "$1"
	[ -z "$FOUND_DRIVER" ] || echo "$FOUND_DRIVER"
}

# dax_bind DEVICE DRIVER: from whatever driver it has, through new_id as
# daxctl does it.
dax_bind() {
	find_driver "$1"
	[ "$FOUND_DRIVER" != "$2" ] || return 0
	[ -z "$FOUND_DRIVER" ] || echo "$1" >"$DAX/drivers/$FOUND_DRIVER/unbind" || return
	echo "$1" >"$DAX/drivers/$2/new_id" 2>/dev/null
	find_driver "$1"
	[ "$FOUND_DRIVER" = "$2" ] || echo "$1" >"$DAX/drivers/$2/bind"
}

# dax_provider DEVICE: hmem, pmem or cxl, from where it hangs in sysfs.
dax_provider() {
	case $(readlink -f "$DAX/devices/$1") in
	*/ndbus*) echo pmem ;;
	*/hmem*) echo hmem ;;
	*/region[0-9]*) echo cxl ;;
	*) echo unknown ;;
	esac
}

# start_tool COMMAND...: $TOOL in the background, ready; its pid in $TOOL_PID,
# what it says in the file $TOOL_OUT.
start_tool() {
	TOOL_OUT=/run/tool.$RANDOM
	"$TOOL" "$@" >"$TOOL_OUT" 2>&1 &
	# shellcheck disable=SC2034 # for the cases
	TOOL_PID=$!
	(wait_for 20 grep -q ready "$TOOL_OUT") ||
		fail "$TOOL $*: $(cat "$TOOL_OUT")"
}

# stop_tool PID
stop_tool() {
	kill "$1" 2>/dev/null || :
	wait "$1" 2>/dev/null || :
}

# chardev: the device that daxctl's JSON names first.
chardev() { sed -n 's/.*"chardev":"\([^"]*\)".*/\1/p' | head -n 1; }

# label_region REGION: an NVDIMM that was never used has no labels, and its
# region is one unlabelled namespace (type 4) that takes all the room.
label_region() {
	local region=/sys/bus/nd/devices/$1
	[ "$(cat "$region/nstype")" = 4 ] || return 0
	ndctl disable-region "$1" >/dev/null 2>&1 || return
	ndctl init-labels "$(cut -d, -f1 "$region/mapping0")" >/dev/null 2>&1 || return
	ndctl enable-region "$1" >/dev/null 2>&1
}

# make_devdax REGION [ALIGN [SIZE]]: a devdax namespace in an NVDIMM region
# ("region0"); prints the namespace.
make_devdax() {
	local size=()
	[ -z "${3:-}" ] || size=(-s "$3")
	label_region "$1" || return
	ndctl create-namespace -m devdax -r "$1" -a "${2:-2M}" "${size[@]}" |
		sed -n 's/.*"dev":"\(namespace.*\)",/\1/p'
}

# pmem_regions: all NVDIMM regions.
pmem_regions() {
	local path
	for path in /sys/bus/nd/devices/region*; do
		[ ! -e "$path" ] || basename "$path"
	done
}

# make_all_devdax [ALIGN]: for a setup script. One namespace per NVDIMM region,
# then the drivers are gone again: the labels stay, and udev finds the
# devices at boot as on a real machine.
make_all_devdax() {
	local region
	# ndctl's modprobe.d tells stderr that there are no keys for NVDIMMs.
	modprobe -a -q nfit nd_pmem dax_pmem device_dax 2>/dev/null
	for region in $(pmem_regions); do
		make_devdax "$region" "${1:-2M}" >/dev/null || return
	done
	unload_dax
}

# host_now: the host's clock, in seconds with fraction. The guest's own clock
# starts from an RTC of one second's grain; a file in the host's folder gets
# the host's time.
host_now() {
	local file=/out/.now.$$
	: >"$file"
	stat -c %.Y "$file"
	rm -f "$file"
}

# qemu_seconds [MONOTONIC]: seconds since QEMU was started, now or at that
# time of CLOCK_MONOTONIC (systemd's *TimestampMonotonic are microseconds of
# it, dmesg's stamps are seconds of it).
qemu_seconds() {
	local now up
	now=$(host_now)
	read -r up _ </proc/uptime
	awk -v q="$VM_QEMU_START" -v n="$now" -v u="$up" -v m="${1:-$up}" \
		'BEGIN { printf "%.2f\n", n - q - (u - m) }'
}

# make_cxl_region: a ram region of the first CXL memory device in the first
# window, which then becomes a dax region. By sysfs, because bookworm's cxl
# cannot.
make_cxl_region() {
	local cxl=/sys/bus/cxl/devices root endpoint region size
	modprobe -a cxl_acpi cxl_pci cxl_port cxl_mem dax_cxl device_dax || return
	wait_for 20 test -e "$cxl/mem0/ram/size"
	wait_for 20 eval "ls $cxl/endpoint*/decoder*.0"
	root=$(cd "$cxl/root0" && echo decoder*.0)
	endpoint=$(cd "$(echo "$cxl"/endpoint*)" && echo decoder*.0)
	size=$(cat "$cxl/mem0/ram/size")
	region=$(cat "$cxl/$root/create_ram_region")
	echo "$region" >"$cxl/$root/create_ram_region" || return
	echo 256 >"$cxl/$region/interleave_granularity" &&
		echo 1 >"$cxl/$region/interleave_ways" &&
		echo ram >"$cxl/$endpoint/mode" &&
		echo "$size" >"$cxl/$endpoint/dpa_size" &&
		echo "$size" >"$cxl/$region/size" &&
		echo "$endpoint" >"$cxl/$region/target0" &&
		echo 1 >"$cxl/$region/commit" &&
		echo "$region" >/sys/bus/cxl/drivers/cxl_region/bind &&
		echo "$region"
}

# kernel_zone_is_one_way: since 6.14 the kernel's own threads of a node (kswapd,
# kcompactd) live in its memory. So what is online in a kernel zone, of a node that
# has no other memory, never leaves.
kernel_zone_is_one_way() {
	[ "$(printf '%s\n' 6.14 "$VM_KERNEL" | sort -V | head -n 1)" = 6.14 ]
}
