# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# For cases about the cache of examples/ as a unit, whose lease systemd keeps:
# . /tests/vm/lib/cache.sh, after lease.sh. It has a lease of the pool "cache".


CACHE=daxbroker-cache.service

# cache_start: with the unit that docs/examples has.
cache_start() {
	local units=/run/systemd/system
	mkdir -p $units/$CACHE.d
	cp /usr/share/doc/daxbroker/examples/$CACHE $units/
	cat >$units/$CACHE.d/case.conf <<-UNIT
		[Unit]
		StartLimitIntervalSec=0
		[Service]
		User=daemon
		ExecStart=
		ExecStart=$TOOLS/cache --pool cache --size 256M --wait 60 --on-reclaim stay --socket /run/cache/socket
		Restart=always
	UNIT
	sed -i "s/256M/$((2 * BLOCK))/" $units/$CACHE.d/case.conf
	systemctl daemon-reload
	systemctl start $CACHE
	lease_is cache active || fail "the lease of the cache: $(daxbroker lease list)"
}

cache_pid() {
	systemctl show -P MainPID $CACHE
}

# cache_is_new PID: another process than that is there, and ready.
cache_is_new() {
	[ "$(cache_pid)" != "$1" ] && systemctl -q is-active $CACHE
}

kill_cache() {
	local pid
	pid=$(cache_pid)
	kill -KILL "$pid"
	wait_for 30 cache_is_new "$pid"
}

# kill_broker: systemd starts it again.
kill_broker() {
	local pid
	pid=$(systemctl show -P MainPID daxbrokerd)
	systemctl reset-failed daxbrokerd 2>/dev/null || :
	systemctl kill -s KILL daxbrokerd
	wait_for 60 broker_is_new "$pid"
}

broker_is_new() {
	[ "$(systemctl show -P MainPID daxbrokerd)" != "$1" ] &&
		systemctl -q is-active daxbrokerd
}

# cache_kept ID INCARNATION: it has them still.
cache_kept() {
	wait_for 30 lease_is cache active
	expect 'leases of the cache' "$1 $2" \
		"$(objects Lease '.[] | select(.Name == "cache") | "\(.Id) \(.Incarnation)"')"
}

# cache_storm SECONDS: under load, and somebody is killed every few seconds. No
# value is damaged, and none is lost.
cache_storm() {
	local end=$((SECONDS + $1)) loader id incarnation cache=0 broker=0
	"$TOOLS/cache-load" /run/cache/socket "$1" 1000 8192 >/run/load 2>&1 &
	loader=$!
	id=$(lease_of cache Id)
	incarnation=$(lease_of cache Incarnation)
	while [ $SECONDS -lt $((end - 3)) ]; do
		sleep "$((RANDOM % 3)).$((RANDOM % 10))"
		# One of each at first.
		if [ $cache = 0 ] || { [ $broker -gt 0 ] && [ $((RANDOM % 3)) -gt 0 ]; }; then
			kill_cache
			cache=$((cache + 1))
		else
			# Both, every second time.
			[ $((RANDOM % 2)) = 0 ] || kill -KILL "$(cache_pid)" || :
			kill_broker
			broker=$((broker + 1))
		fi
		cache_kept "$id" "$incarnation"
	done
	wait $loader || fail "the load: $(cat /run/load)"
	echo "figure: cache killed $cache times, daxbrokerd $broker times: $(cat /run/load)"
	grep -q ' refused 0 .* bad 0 misses 0$' /run/load || fail 'a value is lost'
	[ $((cache * broker)) -gt 0 ] || fail 'nobody was killed'
}

# cache_gives_way: it is asked for its memory, and goes on without.
cache_gives_way() {
	local pid
	pid=$(cache_pid)
	exits 0 daxbroker lease reclaim "$(lease_of cache Id)" --in 20s
	wait_for 15 leases_are 0
	journalctl -u $CACHE -o cat | grep -q 'the memory is given back' ||
		fail 'the cache has not given it back by itself'
	expect 'process of the cache' "$pid" "$(cache_pid)"
	expect 'descriptors that systemd has' 0 "$(systemctl show -P NFileDescriptorStore $CACHE)"
	systemctl stop $CACHE
}
