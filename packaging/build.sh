#!/bin/bash
# Builds PortableVirt and leaves its programs in artifacts/bin, runnable from there:
#   pvctl, portablevirt-vmapp              NativeAOT, one file each
#   portablevirt-run                       NativeAOT, what packages begin with
#   portablevirtd, portablevirt-agent      NativeAOT; where the feed lacks net10.0's, for the installed .NET runtime, precompiled
# Needs the .NET 10 SDK, gcc and zlib1g-dev. Usage: packaging/build.sh [--verbose]
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDTERMINALLOGGER=off
out=artifacts/bin
log=artifacts/build.log
verbose=0
[ "${1:-}" = --verbose ] && verbose=1
mkdir -p "$out"

fail() { echo "build.sh: $*" >&2; exit 1; }
command -v dotnet >/dev/null || fail "the .NET 10 SDK (dotnet) is not installed"
command -v gcc >/dev/null || fail "gcc is not installed: apt-get install gcc"
printf '#include <zlib.h>\nint main(void){return zlibVersion()==0;}\n' | gcc -x c -o /dev/null - -lz 2>/dev/null \
    || fail "zlib's header is not installed: apt-get install zlib1g-dev"

run() {
    if [ $verbose = 1 ]; then "$@"; return; fi
    "$@" >"$log" 2>&1 || {
        grep -E 'error|warning' "$log" | sort -u | head -40 >&2 || tail -20 "$log" >&2
        fail "failed: $* (whole log: $log)"
    }
}

# NativeAOT comes with its runtime as a package. Feeds that lack net10.0's get the same sources published for net9.0.
native_framework() {
    local key known probe
    key=$(dotnet --version)
    known=artifacts/native-framework
    if [ -f "$known" ] && [ "$(cut -d' ' -f1 "$known")" = "$key" ]; then cut -d' ' -f2 "$known"; return; fi
    probe=$(mktemp -d)
    cat >"$probe/probe.csproj" <<'P'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <RuntimeIdentifier>linux-x64</RuntimeIdentifier>
    <PublishAot>true</PublishAot>
  </PropertyGroup>
</Project>
P
    local framework=net9.0
    dotnet restore -v q "$probe/probe.csproj" >"$probe/log" 2>&1 && framework=net10.0
    if [ $framework = net9.0 ] && ! grep -q NU1101 "$probe/log"; then
        cat "$probe/log" >&2
        rm -rf "$probe"
        return 1
    fi
    rm -rf "$probe"
    echo "$key $framework" >"$known"
    echo $framework
}

framework=$(native_framework) || fail "packages cannot be restored"
rm -rf artifacts/publish
publish() { run dotnet publish "$1" -c Release -v q -nologo --nodeReuse:false -o "$2" "${@:3}"; }

# ASP.NET Core is there for net10.0 alone.
[ $framework = net10.0 ] && services=(-p:PvNative=true) || services=()
publish daemon/Dispatch/Dispatch.csproj artifacts/publish/daemon "${services[@]}"
publish agent/Agent.csproj artifacts/publish/agent "${services[@]}"
publish cli/Cli.csproj artifacts/publish/cli -p:PvFramework=$framework -p:PvNative=true -r linux-x64
publish daemon/VmApp/VmApp.csproj artifacts/publish/vmapp -p:PvFramework=$framework -p:PvNative=true -r linux-x64
publish cli/Runner/Runner.csproj artifacts/publish/runner -p:PvFramework=$framework -p:PvNative=true -r linux-x64

# What a build for the installed runtime left.
rm -f "$out"/{portablevirtd,portablevirt-agent}.{dll,deps.json,runtimeconfig.json} "$out"/{PortableVirt,Google,Microsoft,SQLitePCLRaw}.*.dll

# Install by renaming: a program that runs keeps its file.
for dir in daemon agent cli vmapp runner; do
    for file in artifacts/publish/$dir/*; do
        case $file in *.pdb | *.dbg) continue ;; esac
        cmp -s "$file" "$out/${file##*/}" && continue
        cp "$file" "$out/.new.$$" && mv -f "$out/.new.$$" "$out/${file##*/}"
    done
done
echo "built with NativeAOT for $framework: $out/{pvctl,portablevirt-vmapp,portablevirt-run,portablevirtd,portablevirt-agent}"
