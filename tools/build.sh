#!/usr/bin/env bash
# Configures a preset once and builds targets of it: tools/build.sh PRESET [TARGET...]
# Says nothing when there is nothing to do; all output goes to the standard error.
set -euo pipefail
export LC_ALL=C
exec >&2 < /dev/null

preset=$1
shift
cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder=build/$preset

if [[ ! -e $folder/build.ninja ]]; then
  echo "configuring $folder"
  mkdir -p "$folder"
  launcher=()
  command -v ccache > /dev/null && launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  cmake --preset "$preset" "${launcher[@]}" > "$folder/configure.log" 2>&1 || { cat "$folder/configure.log"; exit 1; }
fi

# On a terminal the steps share one line; elsewhere only what the compiler has to say is printed.
show() {
  local line width=${COLUMNS:-80} steps=0
  while IFS= read -r line; do
    case $line in
      'ninja: Entering'* | '-- '* | 'ninja: no work to do.' | *'Re-checking globbed directories...') ;;
      '['*/*']'*)
        if [[ -t 2 ]]; then
          printf '\r\033[K%s' "${line:0:width-1}"
        elif ((steps == 0)); then
          echo "building $folder"
        fi
        steps=1
        ;;
      *)
        [[ -t 2 ]] && ((steps)) && printf '\r\033[K'
        printf '%s\n' "$line"
        ;;
    esac
  done
  if [[ -t 2 ]] && ((steps)); then printf '\r\033[K'; fi
}
ninja -C "$folder" "$@" 2>&1 | show
