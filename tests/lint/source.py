# SPDX-License-Identifier: GPL-2.0-or-later
"""What the lints know of C files: which there are, what each of them includes,
declares, defines and uses. Names are told apart by how the project writes C,
not by a compiler: no headers of others are needed."""
import collections
import os
import re
import subprocess
import sys

WORD = re.compile(r'[A-Za-z_]\w*')
# An attribute before or after a function's name is not its name.
ATTRIBUTE = re.compile(r'_\w+_\Z|__\w+\Z')
KEYWORDS = frozenset('if for while switch return sizeof typeof defined do else '
                     'case goto break continue default'.split())


def files(top, folders, pattern):
    """The project's files below folders whose name fits pattern, sorted."""
    os.chdir(top)
    missing = [f for f in folders if not os.path.exists(f)]
    if missing or not folders:
        sys.exit('not there: %s' % ' '.join(missing or ['no folder was given']))
    try:
        out = subprocess.run(
            ['git', 'ls-files', '-z', '--cached', '--others',
             '--exclude-standard', '--'] + folders,
            check=True, capture_output=True, text=True).stdout.split('\0')
    except (OSError, subprocess.CalledProcessError):  # no git: a release
        out = [os.path.join(path, name) for folder in folders
               for path, _, names in os.walk(folder) for name in names]
    found = sorted({f for f in out
                    if re.search(pattern, f) and os.path.isfile(f)})
    if not found:
        sys.exit('no file was found: is %s the source?' % os.getcwd())
    return found


def stem(path):
    """Of x.c and x.h: x, with its folder."""
    return os.path.splitext(path)[0]


def strip(text):
    """Without comments; strings are empty."""
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'',
                  lambda m: '""' if m[0][0] in '"\'' else ' ', text,
                  flags=re.S)


def declarations(text):
    """What stands outside of braces: (text, whether braces follow it)."""
    depth, start = 0, 0
    for i, c in enumerate(text):
        if c == '{':
            if not depth:
                head = text[start:i]
            depth += 1
        elif c == '}':
            depth -= 1
            if not depth:
                yield head, True
                start = i + 1
        elif c == ';' and not depth:
            yield text[start:i], False
            start = i + 1


def function(declaration):
    """The name of the function that is declared, or None."""
    declaration = declaration.partition('=')[0]
    for m in re.finditer(r'(\w+)\s*\(', declaration):
        if ATTRIBUTE.match(m[1]):
            continue
        before = declaration[:m.start()].strip()
        typed = WORD.search(before) and not m[1].isupper()
        return m[1] if typed and m[1] not in KEYWORDS else None
    return None


class Source:
    """A file: its includes, the functions it declares and defines (for other
    files, and for itself), the objects it has, and the words it uses."""

    def __init__(self, path):
        self.path = path
        with open(path, encoding='utf-8') as f:
            raw = f.read()
        self.includes = re.findall(r'^\s*#\s*include\s*"([^"]+)"', raw, re.M)
        # extern "C" {, and its end
        raw = re.sub(r'^#ifdef __cplusplus$.*?^#endif$', '', raw, flags=re.M | re.S)
        text = re.sub(r'\\\n', ' ', strip(raw))
        code = re.sub(r'^\s*#.*$', '', text, flags=re.M)
        # A macro that needs no semicolon: DEFINE_CLEANUP(type, function)
        code = re.sub(r'^[A-Z][A-Z0-9_]+\([^;{}()]*\)\s*$', '', code, flags=re.M)
        self.declared, self.inline = set(), set()
        self.defined, self.own = set(), set()
        self.objects, self.extern = set(), set()
        for head, braces in declarations(code):
            self._take(head, braces)
        self._uses(re.sub(r'^\s*#\s*(include|if|ifdef|ifndef|elif|undef)\b.*$',
                          '', text, flags=re.M))

    def _take(self, head, braces):
        words = WORD.findall(re.sub(r'\[[^]]*\]', ' ', head.partition('=')[0]))
        if not words or 'typedef' in words or 'static_assert' in words:
            return
        name = function(head)
        if name and 'static' in words:
            self.own.add(name)
            if braces and self.path.endswith('.h'):
                self.inline.add(name)
        elif name and braces and '=' not in head:
            self.defined.add(name)
        elif name:
            self.declared.add(name)
        elif 'extern' in words:
            self.extern.add(words[-1])
        elif 'static' not in words:
            # An object, maybe made by a macro: DEFINE_SPINLOCK(name).
            self.objects.update(words)
        else:
            self.own.update(words)

    def _uses(self, text):
        self.uses = collections.Counter()
        for m in re.finditer(r'(->|\.|\b(?:struct|enum|union)\s+)?\b([A-Za-z_]\w*)(\s*\()?',
                             text):
            if m[1]:  # a member or a tag
                continue
            # A local variable may be called like a function of one word.
            if m[3] or '_' in m[2]:
                self.uses[m[2]] += 1
        # To declare is not to use.
        self.uses -= collections.Counter(self.declared | self.extern)


def read(top, folders):
    return [Source(path) for path in files(top, folders, r'\.[ch]$')]
