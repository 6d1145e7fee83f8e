#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm: modules=in-tree,daxbroker long once thin=60 topology=three-regions systemd setup timeout=1800
# A user attacks for ten minutes beside a soak: see soak.sh.
# usage: tests/vm/case BUILDDIR KERNEL MODULES attack [SECONDS [SEED]]
set -euo pipefail

[ "${1:-}" != setup ] || exec bash /tests/vm/cases/soak.sh setup
exec bash /tests/vm/cases/soak.sh "${1:-600}" "${2:-$RANDOM}" "${1:-600}"
