#!/usr/bin/env bash
# Drives the page of `ramp serve` in Debian's Chromium:
#   run.sh PROGRAM PAGE FOLDER [TEST...]
# PROGRAM is ramp, PAGE the folder of the built page; packages are installed below FOLDER, and screenshots go to
# FOLDER/../../screenshots. Exit status 77: skipped, for there is no Node, no Chromium, or no way to the packages.
set -euo pipefail
export LC_ALL=C.UTF-8

program=$1
page=$2
folder=$3
shift 3
source=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

source "$source/../../../tools/npm_modules.sh"

chromium=$(command -v chromium || command -v chromium-browser || true)
[[ -n $chromium ]] || need chromium
[[ -e $page/index.html ]] || skip "the page was not built"
npm_modules "$source" "$folder"
rm -f "$modules"/*.mjs
cp "$source"/*.mjs "$modules"
cd "$modules"
export RAMP_PROGRAM=$program RAMP_PAGE=$page RAMP_CHROMIUM=$chromium RAMP_SCREENSHOTS=$folder/../../screenshots
if (($#)); then
  exec node "$@"
fi
exec node --test --test-reporter=spec ./*.test.mjs
