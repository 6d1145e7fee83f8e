# SPDX-License-Identifier: GPL-2.0-or-later
"""A copy of the project's tree with a small build beside it, where one mutation
at a time is tried: FOLDER/tree and FOLDER/build."""
import atexit
import filecmp
import os
import shutil
import subprocess
import sys

SETUP = ['-Dtests=true', '-Dcrash-hook=true', '-Ddkms=false', '-Dwerror=false',
         '-Dwarning_level=0', '-Doptimization=0', '-Ddebug=false',
         '-Db_pie=false']
# What says where the folder is.
NAMED = ['build/build.ninja', 'build/meson-info/intro-tests.json',
         'build/meson-info/intro-targets.json']


def files_of(top):
    """What git knows of, or would."""
    out = subprocess.run(
        ['git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
        check=True, stdout=subprocess.PIPE, cwd=top).stdout.decode()
    return {name for name in out.split('\0')
            if name and os.path.lexists(os.path.join(top, name))}


def files_below(folder):
    return {os.path.relpath(os.path.join(path, name), folder)
            for path, _, names in os.walk(folder) for name in names}


def same_text(a, b):
    return os.path.isfile(b) and filecmp.cmp(a, b, shallow=False)


def same_stat(a, b):
    if not os.path.lexists(b):
        return False
    a, b = os.lstat(a), os.lstat(b)
    return (a.st_size, a.st_mtime_ns) == (b.st_size, b.st_mtime_ns)


def put(source, target, same, copy):
    """Only what differs: ninja goes by the times of files."""
    if os.path.islink(target):
        os.unlink(target)
    if not os.path.islink(source) and same(source, target):
        return
    os.makedirs(os.path.dirname(target), exist_ok=True)
    copy(source, target, follow_symlinks=False)


class Workshop:
    def __init__(self, folder):
        self.folder = folder
        self.tree = os.path.join(folder, 'tree')
        self.build = os.path.join(folder, 'build')
        # Of its tests, which make thousands of small files.
        memory = '/dev/shm' if os.access('/dev/shm', os.W_OK) else '/tmp'
        self.tmp = '%s/mutate-%d-%s' % (memory, os.getpid(),
                                        os.path.basename(folder))
        atexit.register(shutil.rmtree, self.tmp, True)

    def ninja(self, targets):
        """None, or what it says when that fails."""
        r = subprocess.run(
            ['ninja', '--quiet', '-C', self.build] + sorted(targets),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return r.stdout.decode() if r.returncode else None

    def need(self, targets):
        error = self.ninja(targets)
        if error:
            sys.exit(error)

    def prepare(self, top):
        """As the project is now; nothing is built yet."""
        names = files_of(top)
        for name in files_below(self.tree) - names:
            os.unlink(os.path.join(self.tree, name))
        for name in names:
            put(os.path.join(top, name), os.path.join(self.tree, name),
                same_text, shutil.copy)
        if os.path.exists(os.path.join(self.build, 'build.ninja')):
            self.need(['build.ninja'])
            return
        r = subprocess.run(['meson', 'setup', self.build, self.tree] + SETUP,
                           stdout=subprocess.PIPE)
        if r.returncode:
            sys.exit(r.stdout.decode())

    def mirror(self, other):
        """Becomes what @other is, so that nothing is built twice."""
        names = files_below(other.folder)
        for name in files_below(self.folder) - names:
            os.unlink(os.path.join(self.folder, name))
        for name in names - set(NAMED):
            put(os.path.join(other.folder, name),
                os.path.join(self.folder, name), same_stat, shutil.copy2)
        for name in NAMED:
            self.mirror_named(os.path.join(other.folder, name),
                              os.path.join(self.folder, name), other)

    def mirror_named(self, source, target, other):
        with open(source, encoding='utf-8') as f:
            text = f.read()
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, 'w', encoding='utf-8') as f:
            f.write(text.replace(other.folder + '/', self.folder + '/'))
        shutil.copystat(source, target)

    def clean(self):
        """Of what a test left that was ended."""
        shutil.rmtree(self.tmp, ignore_errors=True)
        os.mkdir(self.tmp)
