#!/usr/bin/env bash
# Installs the Debian packages of the given lists that are missing:
#   tools/install.sh tools/packages.txt tools/packages_test.txt
# A line of a list is a package and perhaps a command that makes it unnecessary, wherever the command came from.
set -euo pipefail
export LC_ALL=C

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
read -r checksum _ < <(cat "$@" | cksum)
stamp=$root/build/.installed-$checksum
[[ -e $stamp ]] && exit

complain() { printf 'install: %s\n' "$@" >&2; }

missing=()
while read -r package command; do
  [[ -n $command ]] && command -v "$command" > /dev/null && continue
  dpkg -s "$package" 2> /dev/null | grep -q '^Status: install ok installed' || missing+=("$package")
done < <(cat "$@")

if ((${#missing[@]})); then
  if ! command -v apt-get > /dev/null; then
    complain "this is no Debian; install what corresponds to these packages: ${missing[*]}" \
      "then go on with: mkdir -p $root/build && touch $stamp"
    exit 1
  fi
  as_root=()
  if ((EUID != 0)); then
    if ! command -v sudo > /dev/null; then
      complain "these packages are missing and there is no sudo; as root: apt-get install ${missing[*]}"
      exit 1
    fi
    as_root=(sudo)
  fi
  complain "installing ${missing[*]}"
  apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600)
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  if ! { "${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends "${missing[@]}"; } < /dev/null > "$log" 2>&1
  then
    cat "$log" >&2
    complain "apt-get failed, see above; without it: install ${missing[*]}"
    exit 1
  fi
fi
mkdir -p "$root/build"
touch "$stamp"
