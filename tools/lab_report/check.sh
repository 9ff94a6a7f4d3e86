#!/usr/bin/env bash
# Checks the page that `ramp lab --report` writes, in a browser:
#   tools/lab_report/check.sh RAMP FOLDER
# RAMP is the program; what is written and installed goes below FOLDER. The packages are installed once for each lock
# file. Exit status 77: skipped, for there is no Node or no Chromium, or no way to the packages.
set -euo pipefail
export LC_ALL=C

program=$1
folder=$2
source=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

skip() {
  printf 'skipped: %s\n' "$*"
  exit 77
}

for command in node npm chromium; do
  command -v "$command" > /dev/null || skip "there is no $command here; on Debian: apt-get install nodejs npm chromium"
done

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

"$program" lab --quick --seeds 2 --quiet --report "$folder/report.html" > /dev/null
# Beside the packages, where Node looks for them.
cp "$source/check.mjs" "$modules"
node "$modules/check.mjs" "$(command -v chromium)" "$folder/report.html"
