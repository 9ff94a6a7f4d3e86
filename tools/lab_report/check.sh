#!/usr/bin/env bash
# Checks the page that `ramp lab --report` writes, in a browser:
#   tools/lab_report/check.sh RAMP FOLDER
# RAMP is the program; what is written and installed goes below FOLDER. Exit status 77: skipped, for there is no Node or
# no Chromium, or no way to the packages.
set -euo pipefail
export LC_ALL=C

program=$1
folder=$2
source=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

source "$source/../npm_modules.sh"

need chromium
npm_modules "$source" "$folder"
"$program" lab --quick --seeds 2 --quiet --report "$folder/report.html" > /dev/null
cp "$source/check.mjs" "$modules"
node "$modules/check.mjs" "$(command -v chromium)" "$folder/report.html"
