#!/usr/bin/env bash
# Runs clang-tidy over all sources of the developer build, as many at a time as there are cores.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[[ -e build/dev/build.ninja ]] || cmake --preset dev > /dev/null
# clang does not know gcc's warnings.
git ls-files 'ramp/*.cc' | xargs -P "$(nproc)" -n 1 clang-tidy -p build/dev --quiet --extra-arg=-Wno-unknown-warning-option
