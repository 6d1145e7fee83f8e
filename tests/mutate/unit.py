# SPDX-License-Identifier: GPL-2.0-or-later
"""The unit tests of a workshop, as meson knows them."""
import json
import os
import signal
import subprocess
import sys
import time

SKIPPED = 77
LONG = 600  # s; for a machine that has other things to do
# A test takes as long with a mutation as without, or it hangs.
PATIENCE, TIMES = 3, 4  # s; and so many times as long


class Test:
    """One of meson's unit tests, or a part of it."""

    def __init__(self, workshop, found, targets, words):
        self.workshop = workshop
        self.words = words
        self.name = ' '.join(words)
        self.command = list(found['cmd'])
        if self.name != found['name']:
            own = found['name'].split()[1:]
            self.command = [w for w in self.command if w not in own]
            self.command += words[1:]
        # cmocka ends at the first assertion that fails.
        self.env = dict(os.environ, TMPDIR=workshop.tmp, CMOCKA_TEST_ABORT='1',
                        **found['env'])
        self.targets = {targets[d] for d in found['depends'] if d in targets}
        self.limit = LONG

    def passes(self):
        """True, False, or None when it was skipped."""
        self.workshop.clean()
        process = subprocess.Popen(
            self.command, env=self.env, cwd=self.workshop.build,
            start_new_session=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            status = process.wait(self.limit)
        except subprocess.TimeoutExpired:
            status = -signal.SIGKILL
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
        return None if status == SKIPPED else status == 0

    def prove(self):
        """Without a mutation it passes; so it has a limit of time. To cmocka a
        part that is skipped is one that fails, when it ends at the first."""
        for ending in '1', '0', '0':
            self.env['CMOCKA_TEST_ABORT'] = ending
            began = time.monotonic()
            passes = self.passes()
            if passes:
                break
        self.limit = PATIENCE + TIMES * (time.monotonic() - began)
        if not passes:
            sys.exit('%s: %s without a mutation' % (
                self.name, 'skipped' if passes is None else 'fails'))

    def learn(self, other):
        """What another workshop has proved of it."""
        self.limit = other.limit
        self.env['CMOCKA_TEST_ABORT'] = other.env['CMOCKA_TEST_ABORT']


class Tests:
    def __init__(self, workshop):
        self.workshop = workshop
        self.targets = {
            t['id']: os.path.relpath(t['filename'][0], workshop.build)
            for t in self.introspect('targets')}
        self.units = [t for t in self.introspect('tests')
                      if any(s.split(':')[-1] == 'unit' for s in t['suite'])]
        self.found = {}

    def introspect(self, what):
        path = 'meson-info/intro-%s.json' % what
        with open(os.path.join(self.workshop.build, path),
                  encoding='utf-8') as f:
            return json.load(f)

    def make(self, words):
        for whole in True, False:
            for found in self.units:
                if found['name'] == ' '.join(words) if whole else \
                        found['name'].split()[0] == words[0]:
                    return Test(self.workshop, found, self.targets, words)
        sys.exit('there is no unit test called %s' % words[0])

    def find(self, words):
        """The test of that name, or a part of one."""
        words = tuple(words)
        if words not in self.found:
            self.found[words] = self.make(words)
        return self.found[words]

    def all(self):
        return [self.find(unit['name'].split()) for unit in self.units]
