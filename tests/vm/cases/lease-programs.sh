#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: long modules=in-tree,daxbroker once topology=pool programs timeout=1200
# Programs of others use a pool: fio has a lease, memkind allocates on the node of
# what is idle, and containers of podman lease memory without a device node and
# without a right in their device cgroup.
set -euo pipefail
# shellcheck source=tests/vm/lib/lease.sh
. /tests/vm/lib/lease.sh

# Else what has no policy at boot becomes RAM in a kernel zone, for good.
if [ "${1:-}" = setup ]; then
	pool cache Zone=movable
	exit
fi

trap '[ $? = 0 ] || { journalctl -b -n 40 -u daxbrokerd -o short-monotonic
	journalctl -b -k -n 20 -o short-monotonic; } || :' EXIT

wait_dax 1
systemctl start daxbrokerd
wait_for 120 online_is 8

# check_fio ENGINE SIZE: what it writes to a lease is what it reads. It opens the
# device by its path, which takes root, and with daxbroker's driver that nobody else
# has it open: so each of both is a process, and the lease is kept by its descriptor
# alone.
check_fio() {
	# shellcheck disable=SC2016 # the tenant's
	exits 0 daxbroker lease run --pool cache --size "$2" -- sh -c '
		path=$(readlink /proc/self/fd/3)
		exec 3<&-
		run() {
			fio --name=lease --ioengine="$engine" --filename="$path" \
				--size="$size" --bs=64k --do_verify=0 --verify_fatal=1 \
				--thread --output-format=terse --terse-version=3 "$@"
		}
		engine=$1 size=$2
		run --rw=write --verify=crc32c || exit
		run --rw=read --verify=crc32c || exit
		! run --rw=read --verify=md5 >/dev/null 2>&1' sh "$1" "$2"
	all_idle
}

echo '== fio'
exits 0 fio --enghelp
says dev-dax
check_fio dev-dax 128M

echo '== memkind'
TOOL=$TOOLS/memkind-user
start_tool 200
user=$TOOL_PID out=$TOOL_OUT
cat "$out"
grep -q '^node 1: ' "$out" || fail 'nothing is on the node of the pool'
! grep -q '^node 0: ' "$out" || fail 'something is on another node'
tenant half 512M -- "$TOOLS/lease-user" 600
half=$TENANT
ready half
kill -USR1 "$user"
tenant rest 512M -- "$TOOLS/lease-user" 600
rest=$TENANT
ready rest
kill -TERM "$user"
wait "$user" || fail "its memory has changed: $(cat "$out")"
cat "$out"
expect 'the last node of its pages' 'node 0: *' "$(grep '^node ' "$out" | tail -n 1)"
grep -q 'blocks were as written' "$out" || fail "$(cat "$out")"
leaves $half 0
leaves $rest 0
all_idle

# make_root DIR: what a container needs to lease memory.
make_root() {
	local file path
	mkdir -p "$1"/{bin,dev,proc,sys,run,tmp,etc}
	for file in busybox daxbroker "$TOOLS/lease-user"; do
		file=$(command -v "$file")
		{
			echo "$file"
			ldd "$file" 2>/dev/null | grep -o '/[^ ]*' || :
		} | while read -r path; do
			mkdir -p "$1$(dirname "$path")"
			cp -L "$path" "$1$path"
		done
	done
	ln -s "$(command -v busybox)" "$1/bin/sh"
}

# contained [OPTION...] -- COMMAND...: in a container that has nothing of the host's
# but the bus; $ROOT is its root, $AS what starts podman.
contained() {
	local options=()
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	"${AS[@]}" podman run --rm --network none \
		-v /run/dbus/system_bus_socket:/run/dbus/system_bus_socket \
		"${options[@]}" --rootfs "$ROOT" "$@"
}

leased=(daxbroker lease run --pool cache --size 128M --)

echo '== podman'
AS=() ROOT=/srv/root
make_root $ROOT
exits 0 contained -- "${leased[@]}" "$TOOLS/lease-user" 1
says "$BLOCK bytes were its own"
# It has no node of the device, and may not open one.
exits 0 contained -- sh -c 'ls /dev'
[[ $OUTPUT != *dax* ]] || fail 'the container has the device'
# shellcheck disable=SC2016 # the container's
exits '[1-9]*' contained --cap-add MKNOD -- "${leased[@]}" sh -c '
	mknod /tmp/dax c $(printf "%d %d" $(stat -L -c "0x%t 0x%T" /proc/self/fd/3))
	exec 5<>/tmp/dax'
says "/tmp/dax: Operation not permitted"
all_idle

echo '== podman without root'
useradd -m tenant
loginctl enable-linger tenant
wait_for 20 test -d "/run/user/$(id -u tenant)"
ROOT=/home/tenant/root
cp -a /srv/root $ROOT
chown -R tenant: $ROOT
AS=(systemd-run -q --pipe --wait -p User=tenant -p Delegate=yes
	-E "XDG_RUNTIME_DIR=/run/user/$(id -u tenant)")
pool cache Zone=movable AllowUsers=tenant
exits 0 daxbroker apply
exits 0 contained --cgroups=disabled -- "${leased[@]}" "$TOOLS/lease-user" 1
says "$BLOCK bytes were its own"
all_idle
pool cache Zone=movable AllowUsers=daemon
exits 0 daxbroker apply
exits 9 contained --cgroups=disabled -- "${leased[@]}" "$TOOLS/lease-user" 1
says "User $(id -u tenant) may not lease memory of pool cache"
