# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# For the cases admin-*.sh: what people type into a terminal, what it shows and how
# it exits: . /tests/vm/lib/admin.sh
# shellcheck source=tests/vm/lib/broker.sh
. "${BASH_SOURCE[0]%/*}/broker.sh"

ORDINARY=ada
TASKS=0
FAILED=()

# One task that fails does not keep the others from being tried.
fail() {
	echo "FAIL: $*" >&2
	FAILED+=("task $TASKS: $*")
}

# task TEXT: what somebody wants to do.
task() {
	TASKS=$((TASKS + 1))
	echo "-- task $TASKS: $*"
}

# tasks_are N: no task was left out, and each went well.
tasks_are() {
	expect 'number of tasks' "$1" "$TASKS"
	[ ${#FAILED[@]} -gt 0 ] || return 0
	printf '%s\n' "${FAILED[@]}"
	exit 1
}

ordinary_user() {
	id $ORDINARY >/dev/null 2>&1 || useradd -m $ORDINARY
}

# as_seen: without colours and carriage returns.
as_seen() {
	sed -e 's/\x1b\[[0-9;?]*[a-zA-Z]//g' -e 's/\r//g'
}

# in_terminal COMMAND...: has a terminal of 100 columns. TERMINAL is what script(1)
# runs, as a shell's line.
in_terminal() {
	"$@" env TERM=xterm script -qec \
		"stty rows 200 cols 100; $TERMINAL" /dev/null </dev/null
}

typed() { # STATUS LINE PREFIX...
	local wanted=$1 TERMINAL=$2 status=0
	shift 2
	SHOWN=$(in_terminal "$@") || status=$?
	OUTPUT=$(as_seen <<<"$SHOWN")
	[ -z "$OUTPUT" ] || printf '%s\n' "$OUTPUT" | sed 's/^/  | /'
	# shellcheck disable=SC2053 # a pattern
	[[ $status == $wanted ]] ||
		fail "exit status $status instead of $wanted: $TERMINAL"
}

# root STATUS LINE, user STATUS LINE: types it; what is seen is in $OUTPUT, and with
# its colours in $SHOWN.
root() {
	echo "  # $2"
	typed "$1" "$2"
}

user() {
	echo "  \$ $2"
	typed "$1" "$2" runuser -u $ORDINARY --
}

# both STATUS LINE WORDS...: root and an ordinary user see each of the words.
both() {
	local who word status=$1 line=$2
	shift 2
	for who in root user; do
		$who "$status" "$line"
		for word; do says "$word"; done
	done
}

# begin LINE: types it and goes on; keys KEYS types more; ends STATUS is how it ends.
begin() {
	echo "  # $1"
	rm -f /run/keys
	mkfifo /run/keys
	TERM=xterm script -qefc "stty rows 200 cols 100; $1" /dev/null \
		</run/keys >/run/screen 2>&1 &
	BEGUN=$!
	exec {KEYS}>/run/keys
}

keys() {
	# shellcheck disable=SC2059 # escapes are what it is for
	printf "$1" >&"$KEYS"
}

# shows WORDS: in time.
shows() {
	wait_for 30 grep -qF -- "$1" /run/screen || :
}

ends() {
	local status=0
	wait "$BEGUN" || status=$?
	exec {KEYS}>&-
	OUTPUT=$(as_seen </run/screen)
	printf '%s\n' "$OUTPUT" | sed 's/^/  | /'
	expect 'exit status' "$1" $status
}
