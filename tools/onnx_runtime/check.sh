#!/usr/bin/env bash
# Compares ramp with ONNX Runtime: check.sh PROGRAM FOLDER, where PROGRAM is onnx_runtime_cases. Ends with 77, which ctest
# calls skipped, where node or the runtime cannot be had.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=$1
folder=$2
skip() { echo "skipped: $1"; exit 77; }

command -v node > /dev/null && command -v npm > /dev/null || skip "there is no node or no npm"
mkdir -p "$folder/cases"
cd "$folder"
if ! cmp -s "$here/package-lock.json" node_modules/installed; then
  cp "$here/package.json" "$here/package-lock.json" .
  npm ci --ignore-scripts --no-audit --no-fund < /dev/null > npm.log 2>&1 || { cat npm.log; skip "npm cannot install"; }
  cp package-lock.json node_modules/installed
fi
"$program" cases
node "$here/check.mjs" cases
