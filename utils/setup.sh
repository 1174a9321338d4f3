#!/usr/bin/env bash
# Installs what is missing, then configures and builds LayerFusion:
#   1. Debian packages (utils/apt-packages.txt), as root or with sudo
#   2. Python packages (utils/requirements.txt) into .venv in the checkout
#   3. CMake and Ninja, preset `release`, into build/release
# Everything is skipped that is there already, so it can be run at any time.
#   PYTHON=/path/to/python3 utils/setup.sh    chooses the interpreter for a new .venv
set -euo pipefail
# shellcheck source=utils/steps.sh
. "$(dirname "${BASH_SOURCE[0]}")/steps.sh"

main() {
  local start
  start=$(date +%s.%N)
  install_packages
  make_venv
  build_project
  put_package_on_path
  say "==> set-up complete ($(seconds "$start") s)"
}

# --- 1. Debian packages ------------------------------------------------------

wanted_packages() { sed 's/#.*//' utils/apt-packages.txt | awk 'NF { print $1 }'; }

missing_packages() {
  # Lines "name status"; a name may appear once per architecture.
  local have
  have=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' 2>/dev/null |
    awk '$2 == "installed" { print $1 }')
  wanted_packages | grep -vxF -f <(printf '%s\n' "$have") || true
}

install_packages() {
  if ! command -v apt-get >/dev/null; then
    say "==> Debian packages ... skipped: there is no apt-get here"
    note "This script knows Debian 12. Elsewhere, provide what utils/apt-packages.txt names."
    return
  fi
  local missing
  missing=$(missing_packages | tr '\n' ' ')
  if [ -z "${missing// /}" ]; then
    say "==> Debian packages ... all installed"
    return
  fi
  as_root=()
  if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null; then
      say "==> Debian packages ... FAILED: installing needs root, and there is no sudo. As root, run:"
      note "apt-get update && apt-get install -y --no-install-recommends $missing"
      exit 1
    fi
    as_root=(sudo)
    # Asks for the password here, where it can be seen.
    sudo -n true 2>/dev/null || sudo -v -p '     sudo password for %u: '
  fi
  note "to install: $missing"
  # A stale or empty list is the usual state of a fresh system; one unreachable
  # source must not stop us while the others have what is needed.
  try_step apt-update "Debian package lists" apt_get update ||
    note "continuing with the lists at hand"
  # shellcheck disable=SC2086
  step apt-install "Debian packages ($(wc -w <<<"$missing") to install; all of them are about 1 GB)" \
    apt_get install -y --no-install-recommends $missing
}

# apt-get without questions, waiting for another package manager to finish.
apt_get() {
  local try output
  output=$(mktemp)
  for try in $(seq 60); do
    if "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q \
      -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 "$@" 2>&1 | tee "$output"; then
      rm -f "$output"
      return 0
    fi
    grep -q 'Could not get lock' "$output" || break
    echo "another package manager is at work; waiting ($try of 60)"
    sleep 10
  done
  rm -f "$output"
  return 1
}

# --- 2. Python packages ------------------------------------------------------

make_venv() {
  local pins
  pins=$(sha256sum <utils/requirements.txt)
  if stamp_matches "$venv/.layerfusion" "$pins" &&
    "$venv/bin/python" -c 'import numpy, onnx' 2>/dev/null; then
    say "==> Python packages ... all installed ($("$venv/bin/python" -V))"
    return
  fi
  local python why_not
  for python in "${PYTHON:-python3}" /usr/bin/python3; do
    why_not=$(why_python_cannot_serve "$python") || true
    if [ -n "$why_not" ]; then
      note "$python: $why_not"
    elif try_step python "Python packages into .venv ($("$python" -V), $(command -v "$python"))" \
      fill_venv "$python"; then
      printf '%s\n' "$pins" >"$venv/.layerfusion"
      return
    else
      tail -n 5 "$logs/python.log" | sed 's/^/     | /'
    fi
  done
  say "==> Python packages ... FAILED: no usable Python; the log is build/logs/python.log"
  exit 1
}

# Prints nothing for a Python that can make a virtual environment with headers
# to build an extension against.
why_python_cannot_serve() {
  command -v "$1" >/dev/null || { echo "not found"; return; }
  "$1" -c '' 2>/dev/null || { echo "does not start"; return; }
  "$1" - <<'P'
import os, sys, sysconfig
if sys.version_info < (3, 9):
    print("is Python %d.%d, and 3.9 is needed" % sys.version_info[:2])
elif sys.implementation.name != "cpython":
    print("is %s, and CPython is needed" % sys.implementation.name)
else:
    try:
        import ensurepip, venv
        if not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")):
            print("lacks Python.h, which the extension module is built with")
    except ImportError:
        print("cannot make virtual environments (no venv or ensurepip module)")
P
}

fill_venv() {
  # Remove the old one entirely: another interpreter may have made it.
  rm -rf "$venv"
  "$1" -m venv "$venv" || return
  "$venv/bin/python" -m pip install --progress-bar off -r utils/requirements.txt
}

# --- 3. Build ----------------------------------------------------------------

build_project() {
  # A build folder made elsewhere (a moved or copied checkout) cannot be reused.
  local home=
  [ ! -e "$build/CMakeCache.txt" ] ||
    home=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$build/CMakeCache.txt")
  [ -z "$home" ] || [ "$home" = "$root" ] || rm -rf "$build"

  local options=()
  if [ -e python/CMakeLists.txt ]; then
    options=(-DLAYERFUSION_BUILD_PYTHON=ON "-DPython_EXECUTABLE=$venv/bin/python")
  fi
  local inputs
  inputs=$(cat CMakePresets.json utils/setup.sh && "$venv/bin/python" -V && echo "${options[@]}")
  if [ -e "$build/build.ninja" ] && stamp_matches "$build/.layerfusion" "$inputs"; then
    say "==> CMake ... configured already"
  else
    step configure "CMake, preset release, in build/release" \
      cmake --preset release "${options[@]}"
    printf '%s\n' "$inputs" >"$build/.layerfusion"
  fi
  step build "Ninja (the first time takes some minutes)" ninja -C "$build" -j "$(jobs_that_fit)"
}

# The build folder holds the Python package, as links to the sources. In .venv
# it can be imported; a package installed there with pip would come first.
put_package_on_path() {
  local packages
  packages=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  echo "$build/python" >"$packages/layerfusion-build.pth"
}

main
