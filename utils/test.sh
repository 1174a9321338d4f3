#!/usr/bin/env bash
# Sets up (utils/setup.sh) and runs all tests: lit with FileCheck, GoogleTest
# and pytest. Ends with `N passed, N failed` over all of them and exits with 1
# when any failed. The suites' full output lies in build/logs.
#   utils/test.sh           what every change must pass
#   utils/test.sh --long    also more random shapes, the GCC build and the sanitizers
set -euo pipefail
# shellcheck source=utils/steps.sh
. "$(dirname "${BASH_SOURCE[0]}")/steps.sh"

long=
case "${1:-}" in
  "") ;;
  --long) long=1 ;;
  *) say "usage: utils/test.sh [--long]" >&2; exit 2 ;;
esac

utils/setup.sh

results=$build/test-results
rm -rf "$results"
mkdir -p "$results"
[ -z "$long" ] || export LAYERFUSION_LONG_TESTS=1

# suite NAME DESCRIPTION COMMAND...: runs a suite that writes $results/NAME*.xml.
# Its failure is noted as well: a suite may die before it writes a word.
suite() {
  local name=$1
  try_step "$@" && return
  tail -n 40 "$logs/$name.log" | sed 's/^/     | /'
  echo "$2" >"$results/$name.failed"
}

# check NAME DESCRIPTION COMMAND...: a single test that writes no results.
check() {
  suite "$@"
  [ -e "$results/$1.failed" ] || printf \
    '<testsuite><testcase classname="%s" name="%s"/></testsuite>\n' "$1" "$2" >"$results/$1.xml"
}

run_lit() { # BUILD NAME [LIT-ARGUMENT...]
  /usr/lib/llvm-22/bin/lit -sv --xunit-xml-output="$results/$2.xml" "${@:3}" "$1/test"
}

run_unit() { # BUILD NAME
  local program status=0
  while IFS= read -r program; do
    echo "$program"
    "$program" --gtest_brief=1 "--gtest_output=xml:$results/$2-$(basename "$program").xml" || status=1
  done < <(find "$1/test/unit" -type f -executable -name '*Tests' | sort)
  return "$status"
}

run_pytest() {
  "$venv/bin/python" -m pytest -q --durations=10 --junitxml="$results/pytest.xml" test/python
}

build_preset() { # PRESET
  cmake --preset "$1" && ninja -C "build/$1" -j "$(jobs_that_fit)"
}

# utils/new-pass.py promises passes that build and pass their tests: starts one
# in each library of a copy of the sources.
build_new_passes() {
  local copy=$root/build/new-pass library
  rm -rf "$copy"
  mkdir -p "$copy"
  git -c safe.directory='*' ls-files -z | xargs -0 cp --parents -t "$copy" || return
  for library in Transforms Conversion; do
    utils/new-pass.py "CheckedNew$library" "$library" --root "$copy" || return
  done
  cmake -S "$copy" --preset release -B "$copy/build" || return
  ninja -C "$copy/build" -j "$(jobs_that_fit)" lf-opt || return
  run_lit "$copy/build" new-pass --filter 'checked-new'
}

# What a user does: `pip install .` into a new environment, then use from another
# folder. The build folder is kept, so that only what changed is compiled again.
install_with_pip() {
  local fresh=$root/build/pip-venv
  rm -rf "$fresh"
  "$venv/bin/python" -m venv "$fresh" || return
  CC=clang-22 CXX=clang++-22 PIP_CONSTRAINT=$root/utils/requirements.txt \
    "$fresh/bin/python" -m pip install --progress-bar off \
    --config-settings=build-dir="$root/build/pip" "$root" || return
  (cd / && "$fresh/bin/python" "$root/test/Integration/Inputs/use-installed.py")
}

suite lit "lit: dialect, passes, translations, tools" run_lit "$build" lit
suite unit "GoogleTest: C++ interfaces" run_unit "$build" unit
check pip "pip install . into a new environment, used from another folder" install_with_pip
[ ! -d test/python ] || suite pytest "pytest: the Python package, whole networks" run_pytest

if [ -n "$long" ]; then
  # LLVM's libraries are not instrumented: they allocate in pools that ours
  # poisoned, and free at exit what they please.
  export ASAN_OPTIONS=detect_leaks=0:allow_user_poisoning=0:detect_container_overflow=0
  suite new-pass "utils/new-pass.py: a new pass builds" build_new_passes
  for preset in gcc sanitize; do
    check "$preset-build" "preset $preset: build" build_preset "$preset"
    # What does not depend on the preset, or builds a client with other flags, is left out.
    suite "$preset-lit" "preset $preset: lit" run_lit "build/$preset" "$preset-lit" \
      --filter-out '(docs|style)/|Integration/install'
    suite "$preset-unit" "preset $preset: GoogleTest" run_unit "build/$preset" "$preset-unit"
  done
fi

"$venv/bin/python" utils/count-tests.py "$results"
