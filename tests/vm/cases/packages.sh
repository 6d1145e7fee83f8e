#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: kernels=6.1 modules=packages long topology=hmem systemd timeout=400
# The tests of the Debian packages (debian/tests/control) on a machine that has a
# region: autopkgtest installs what was built, and none may be skipped.
set -euo pipefail

tools=/usr/lib/daxbroker-tests
# Other packages are not to be had here. And what built the image let no service
# start, and left documentation out.
rm -f /etc/apt/sources.list.d/* /usr/sbin/policy-rc.d /etc/dpkg/dpkg.cfg.d/*
autopkgtest "$tools"/packages/*.deb "$tools/source" -- null
