#!/usr/bin/env bash
# Builds the page of `ramp serve`: build.sh FOLDER [--check]
# FOLDER gets index.html and the files that it loads; --check looks at the types instead. The packages of the lock file
# are installed beside FOLDER, once for each lock file. Where npm cannot reach them FOLDER stays empty, with a message:
# then the program has no page, and everything else works.
set -euo pipefail
export LC_ALL=C

folder=$1
source=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(dirname "$folder")/page_work

check=false
[[ ${2:-} == --check ]] && check=true
for command in node npm; do
  if ! command -v "$command" > /dev/null; then
    printf 'skipped: there is no %s here; on Debian: apt-get install nodejs npm\n' "$command"
    exit 77
  fi
done

read -r checksum _ < <(cat "$source/package.json" "$source/package-lock.json" | cksum)
mkdir -p "$work"
if [[ ! -e $work/installed-$checksum ]]; then
  cp "$source/package.json" "$source/package-lock.json" "$work"
  rm -f "$work"/installed-*
  if ! (cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 --fetch-retry-mintimeout=1000 \
    --fetch-retry-maxtimeout=5000 < /dev/null > npm.log 2>&1); then
    cat "$work/npm.log"
    # Anything else, such as a package that is not what the lock file says, is a failure.
    unreachable='ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT'
    grep -qE "code ($unreachable)" "$work/npm.log" || exit 1
    printf 'The page of ramp serve is not built: npm cannot reach its packages, see above.\n'
    $check && exit 77
    rm -rf "$folder"
    exit 0
  fi
  touch "$work/installed-$checksum"
fi

# Beside the packages, where Node looks for them.
rm -rf "$work/src"
cp -r "$source/src" "$source"/*.{html,css,svg,mjs,json} "$work"
cd "$work"
if $check; then
  exec node_modules/.bin/tsc --project tsconfig.json
fi
exec node build.mjs "$folder"
