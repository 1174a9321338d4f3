# shellcheck shell=bash disable=SC2034
# Sourced by setup.sh, demo.sh and test.sh: runs a script's parts one by one,
# says what each does and how long it took, and keeps their output in logs.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$root/build/release
logs=$root/build/logs
venv=$root/.venv
mkdir -p "$logs"
cd "$root" || exit

# Settings of the calling shell that would lead Python or pip astray.
unset PYTHONPATH PYTHONHOME PIP_USER PIP_TARGET PIP_REQUIRE_VIRTUALENV
export PIP_DISABLE_PIP_VERSION_CHECK=1
# Build folders of this checkout share compiled objects.
export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$root} CCACHE_NOHASHDIR=1

seconds() { awk -v a="$1" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f", b - a }'; }
say() { printf '%s\n' "$*"; }
note() { printf '     %s\n' "$*"; }

# step NAME DESCRIPTION COMMAND...: runs the command with its output in
# build/logs/NAME.log. On failure it shows the command and the log's end, and
# ends the script.
step() {
  try_step "$@" && return
  say "     The command was: ${*:3}"
  say "     The end of its output (all of it: build/logs/$1.log):"
  tail -n 25 "$logs/$1.log" | sed 's/^/     | /'
  exit 1
}

# try_step: the same, but leaves a failure to the caller.
try_step() {
  local name=$1 what=$2 start status=0
  shift 2
  start=$(date +%s.%N)
  printf '==> %s ... ' "$what"
  if [ -t 1 ]; then
    run_with_ticker "$what" "$logs/$name.log" "$@" || status=$?
  else
    "$@" >"$logs/$name.log" 2>&1 </dev/null || status=$?
  fi
  if [ "$status" = 0 ]; then
    say "done ($(seconds "$start") s)"
  else
    say "FAILED ($(seconds "$start") s, exit code $status)"
  fi
  return "$status"
}

# On a terminal, the last line of a long command's output stands in for it.
run_with_ticker() {
  local what=$1 log=$2 line status=0 width
  shift 2
  width=$(($(tput cols 2>/dev/null || echo 80) - ${#what} - 12))
  "$@" >"$log" 2>&1 </dev/null &
  local job=$!
  trap 'kill "$job" 2>/dev/null; exit 130' INT TERM
  while kill -0 "$job" 2>/dev/null; do
    sleep 0.2
    line=$(tail -n 1 "$log" | tr -cd '[:print:]')
    [ "$width" -lt 10 ] || printf '\r==> %s ... \033[2m%s\033[0m\033[K' "$what" "${line:0:width}"
  done
  wait "$job" || status=$?
  trap - INT TERM
  printf '\r==> %s ... \033[K' "$what"
  return "$status"
}

# stamp_matches FILE TEXT: was this work done already, with the same inputs?
stamp_matches() { [ -e "$1" ] && [ "$(cat "$1")" = "$2" ]; }

# One compiler a core, but not more than the memory holds at 1.5 GB each.
jobs_that_fit() {
  local cores memory
  cores=$(nproc)
  memory=$(awk '/MemAvailable/ { print int($2 / 1572864) }' /proc/meminfo)
  [ "$memory" -ge 1 ] || memory=1
  echo $((cores < memory ? cores : memory))
}
