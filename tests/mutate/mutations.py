# SPDX-License-Identifier: GPL-2.0-or-later
"""The list of mutations: one entry after the other, a blank line between.

    FILE [FUNCTION]: TEST [ARGUMENT...]
    A sentence or more: what the program does wrong then.
    - what stands in the file (in the function), once
    + what stands there instead; nothing: it is deleted

TEST is the name of a unit test, which kills it; arguments choose a part of it.
It is "none" where no test does, and the sentences say why not."""
import os
import re
import sys

# A definition, from its first line to its closing brace.
FUNCTION = r'^[A-Za-z_][^;{}]*?\b%s\([^;{}]*\)\s*\{.*?^\}'


class Stale(Exception):
    pass


class Mutation:
    def __init__(self, place, lines):
        self.place = place
        head, colon, test = lines[0].partition(': ')
        self.file, _, self.function = head.partition(' ')
        self.test = test.split()
        self.says = ' '.join(s for s in lines[1:] if s[0] not in '-+')
        self.old = [s[1:].strip() for s in lines[1:] if s[0] == '-']
        self.new = [s[1:].strip() for s in lines[1:] if s[0] == '+']
        if not (colon and self.test and self.says) or \
                len(self.old) != 1 or len(self.new) != 1:
            sys.exit('%s: this is no entry (%s)' % (place, lines[0]))
        self.name = '%s: %s' % (head, self.says)
        self.survives = self.test == ['none']

    def scope(self, text):
        """Where it is looked for: (begin, end)."""
        if not self.function:
            return 0, len(text)
        found = re.search(FUNCTION % self.function, text, re.M | re.S)
        if not found:
            raise Stale('%s has no function %s()' % (self.file, self.function))
        return found.span()

    def apply(self, text):
        """The file's text with it. Blanks and line ends are alike."""
        form = r'\s+'.join(map(re.escape, self.old[0].split()))
        begin, end = self.scope(text)
        found = list(re.finditer(form, text[begin:end]))
        if len(found) != 1:
            raise Stale('%s: "%s" is there %d times' % (
                self.file, self.old[0], len(found)))
        at = found[0]
        return text[:begin + at.start()] + self.new[0] + \
            text[begin + at.end():]


def read(folder):
    """All entries of all files of the folder."""
    found = []
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        with open(path, encoding='utf-8') as f:
            lines = [s.rstrip('\n') for s in f]
        entry = []
        for n, line in enumerate(lines + ['']):
            if line.startswith('#'):
                continue
            if line:
                entry.append(line)
            elif entry:
                found.append(Mutation('%s:%d' % (name, n - len(entry) + 1),
                                      entry))
                entry = []
    return found


def stale(found, top):
    """What is wrong with each entry that is not about what is there."""
    wrong = []
    for mutation in found:
        try:
            with open(os.path.join(top, mutation.file), encoding='utf-8') as f:
                mutation.apply(f.read())
        except (Stale, FileNotFoundError) as error:
            wrong.append('%s: %s' % (mutation.place, error))
    return wrong
