#!/usr/bin/env bash
# test.sh: installs what the tests need, builds everything and runs every test. The last line is
# "N passed, N failed"; the exit code is 0 only where nothing failed.
set -uo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDTERMINALLOGGER=off
unset DISPLAY
exec </dev/null

stop() {
    echo "test.sh: $*" >&2
    echo "0 passed, 1 failed"
    exit 1
}

[ -r /dev/kvm ] && [ -w /dev/kvm ] ||
    stop "/dev/kvm is missing or not yours to open: the tests run real virtual machines. Load the kvm modules, and add yourself to the group kvm."
bash packaging/deps.sh --tests || stop "what the tests need is not installed"
bash packaging/build.sh || stop "the build failed"
dotnet build PortableVirt.sln -c Release -v q -nologo || stop "the test projects do not build"

log=$(mktemp)
trap 'rm -f "$log"' EXIT
# A shell that starts this in the background ignores SIGINT and SIGQUIT; the tests send them.
env --default-signal=INT,QUIT dotnet test PortableVirt.sln -c Release --no-build --nologo -m:1 --blame-hang-timeout 10m --blame-hang-dump-type none 2>&1 | tee "$log"
status=${PIPESTATUS[0]}

# One line a project: "Passed!  - Failed: 0, Passed: 12, Skipped: 0, Total: 12, ...".
summary=$(sed -nE 's/^(Passed|Failed)! +- Failed: +([0-9]+), Passed: +([0-9]+), Skipped: +([0-9]+),.*/\2 \3 \4/p' "$log" |
    awk '{ failed += $1; passed += $2; skipped += $3 } END { print failed + 0, passed + 0, skipped + 0 }')
read -r failed passed skipped <<<"$summary"
# A test host that crashed or hung prints no counts.
[ "$status" = 0 ] || [ "$failed" -gt 0 ] || failed=1
[ "$skipped" = 0 ] || echo "$skipped skipped"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
