# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# For the guests' parts of the benches: . /tests/bench/pairs.sh
# What is measured takes turns with what it is compared with, so a machine that is
# slow for a while is slow for both. Each round has a quotient, and the median of
# all rounds' quotients is judged: a few rounds that were disturbed do not matter.

RESULTS=/run/results
: >$RESULTS

# note KEY NAME VALUE: of the round in $round.
note() {
	echo "$round $1 $2 $3" >>$RESULTS
}

# timed KEY NAME COMMAND...: notes the milliseconds that it took.
timed() {
	local key=$1 name=$2 begin=$EPOCHREALTIME end
	shift 2
	"$@" >/run/out 2>&1 || fail "$name of $key: $(tail -n 5 /run/out)"
	end=$EPOCHREALTIME
	note "$key" "$name" "$(awk -v a="$begin" -v b="$end" \
		'BEGIN { printf "%.1f", (b - a) * 1000 }')"
}

median() {
	sort -n | awk '{ v[NR] = $1 }
		END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}

# median_of KEY NAME
median_of() {
	awk -v k="$1" -v n="$2" '$2 == k && $3 == n { print $4 }' $RESULTS | median
}

# quotients KEY NAME OTHER...: each round's, of NAME by the smallest OTHER.
quotients() {
	awk -v k="$1" -v n="$2" -v others="${*:3}" '
		$2 == k { v[$1, $3] = $4; rounds[$1] }
		END {
			m = split(others, o, " ")
			for (r in rounds) {
				best = v[r, o[1]]
				for (i = 2; i <= m; i++)
					if (v[r, o[i]] < best) best = v[r, o[i]]
				printf "%.3f\n", v[r, n] / best
			}
		}' $RESULTS
}

# quotient KEY NAME OTHER...: the median of these.
quotient() {
	quotients "$@" | median | awk '{ printf "%.2f", $1 }'
}

# at_most LIMIT NUMBER, at_least LIMIT NUMBER
at_most() { awk -v l="$1" -v n="$2" 'BEGIN { exit !(n > 0 && n + 0 <= l + 0) }'; }
at_least() { awk -v l="$1" -v n="$2" 'BEGIN { exit !(n > 0 && n + 0 >= l + 0) }'; }

# in_rounds N MEASURE JUDGE: N rounds of the command MEASURE; where the command
# JUDGE then fails, more of them, up to 15 and to twice as many.
in_rounds() {
	for ((round = 0; round < 15 || round < 2 * $1; round++)); do
		if [ "$round" -ge "$1" ] && "$3"; then
			break
		fi
		"$2"
	done
}
