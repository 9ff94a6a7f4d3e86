#!/usr/bin/env bash
# Installs a build elsewhere, builds the examples against what is installed, outside of the source folder, and runs them:
#   tools/test_installed.sh BUILD_FOLDER
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$1
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

cmake --install "$build" --prefix "$place/prefix" > "$place/install.log"
cp -r "$root/examples" "$place/examples"
cmake -S "$place/examples" -B "$place/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS="-Wall -Wextra -Werror" -DCMAKE_C_FLAGS="-Wall -Wextra -Werror" \
  -DCMAKE_PREFIX_PATH="$place/prefix"
cmake --build "$place/build"
cd "$place"
"$place/build/train" | tee "$place/output"
"$place/build/monitor"
grep -qE '^accuracy on new digits: 0\.[89]' "$place/output"
[[ -s digits.onnx ]]
"$place/build/activation" | grep -q '^2 of 4 gates are open, the largest output is 3$'
"$place/prefix/bin/ramp" --version
