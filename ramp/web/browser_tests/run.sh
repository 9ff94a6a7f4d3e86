#!/usr/bin/env bash
# Drives the page of `ramp serve` in Debian's Chromium:
#   run.sh PROGRAM PAGE FOLDER [TEST...]
# PROGRAM is ramp, PAGE the folder of the built page; packages are installed below FOLDER, once for each lock file, and
# screenshots go to FOLDER/../../screenshots. Exit status 77: skipped, for there is no Node, no Chromium, or no way to the
# packages.
set -euo pipefail
export LC_ALL=C.UTF-8

program=$1
page=$2
folder=$3
shift 3
source=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

skip() {
  printf 'skipped: %s\n' "$*"
  exit 77
}

for command in node npm; do
  command -v "$command" > /dev/null || skip "there is no $command here; on Debian: apt-get install nodejs npm"
done
chromium=$(command -v chromium || command -v chromium-browser || true)
[[ -n $chromium ]] || skip "there is no chromium here; on Debian: apt-get install chromium"
[[ -e $page/index.html ]] || skip "the page was not built"

read -r checksum _ < <(cat "$source/package.json" "$source/package-lock.json" | cksum)
modules=$folder/modules-$checksum
if [[ ! -e $modules/installed ]]; then
  mkdir -p "$modules"
  cp "$source/package.json" "$source/package-lock.json" "$modules"
  if ! (cd "$modules" && npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 \
    --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000 < /dev/null > npm.log 2>&1); then
    cat "$modules/npm.log"
    # Anything else, such as a package that is not what the lock file says, is a failure.
    unreachable='ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT'
    grep -qE "code ($unreachable)" "$modules/npm.log" || exit 1
    skip "npm cannot reach the packages, see above"
  fi
  touch "$modules/installed"
fi

# Beside the packages, where Node looks for them.
rm -f "$modules"/*.mjs
cp "$source"/*.mjs "$modules"
cd "$modules"
export RAMP_PROGRAM=$program RAMP_PAGE=$page RAMP_CHROMIUM=$chromium RAMP_SCREENSHOTS=$folder/../../screenshots
if (($#)); then
  exec node "$@"
fi
exec node --test --test-reporter=spec ./*.test.mjs
