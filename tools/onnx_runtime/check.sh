#!/usr/bin/env bash
# Checks that ONNX Runtime computes from ramp's model files what ramp computes:
#   tools/onnx_runtime/check.sh PROGRAM FOLDER
# PROGRAM is onnx_runtime_cases; what is written and installed goes below FOLDER. Exit status 77: skipped, for
# there is no Node, or no way to the packages.
set -euo pipefail
export LC_ALL=C

program=$1
folder=$2
source=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

source "$source/../npm_modules.sh"

npm_modules "$source" "$folder"
"$program" "$folder/cases"
cp "$source/check.mjs" "$modules"
node "$modules/check.mjs" "$folder/cases"
