# Sourced by scripts that need packages of npm: installs those of a lock file, once for each lock file.
#   npm_modules SOURCE FOLDER
# SOURCE holds package.json and package-lock.json. Sets `modules` to a folder below FOLDER that has node_modules; scripts
# lie beside it, where Node looks for packages. Exits with status 77 (skipped) where there is no Node, or no way to the
# packages.

skip() {
  printf 'skipped: %s\n' "$*"
  exit 77
}

need() {
  local command
  for command in "$@"; do
    command -v "$command" > /dev/null || skip "there is no $command here; on Debian: apt-get install nodejs npm chromium"
  done
}

npm_modules() {
  local source=$1 folder=$2 checksum
  need node npm
  read -r checksum _ < <(cat "$source/package.json" "$source/package-lock.json" | cksum)
  modules=$folder/modules-$checksum
  [[ ! -e $modules/installed ]] || return 0
  mkdir -p "$modules"
  cp "$source/package.json" "$source/package-lock.json" "$modules"
  # The packages' own scripts would fetch more, such as what is needed for graphics cards only.
  if ! (cd "$modules" && npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 \
    --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000 < /dev/null > npm.log 2>&1); then
    cat "$modules/npm.log"
    # Anything else, such as a package that is not what the lock file says, is a failure.
    local unreachable='ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT'
    grep -qE "code ($unreachable)" "$modules/npm.log" || exit 1
    skip "npm cannot reach the packages, see above"
  fi
  touch "$modules/installed"
}
