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

# On a terminal a bar shows how far it is and what is built; elsewhere a line tells each ten per cent. What the compiler
# has to say is printed.
bar='########################'
show() {
  local line width=${COLUMNS:-80} steps=0 told=-1 done all percent
  while IFS= read -r line; do
    case $line in
      'ninja: Entering'* | '-- '* | 'ninja: no work to do.' | *'Re-checking globbed directories...') ;;
      '['*/*']'*)
        done=${line#[}
        all=${done#*/}
        done=${done%%/*}
        all=${all%%]*}
        percent=$((100 * done / all))
        if [[ -t 2 ]]; then
          printf -v line '[%-24s] %3d %%  %s' "${bar:0:percent * 24 / 100}" "$percent" "${line#*] }"
          printf '\r\033[K%s' "${line:0:width-1}"
        elif ((steps == 0)); then
          echo "building $folder: $all steps"
        elif ((percent / 10 > told)); then
          echo "building $folder: $((percent / 10 * 10)) %, step $done of $all"
        fi
        told=$((percent / 10))
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
