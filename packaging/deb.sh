#!/usr/bin/env bash
# deb.sh: makes the Debian package artifacts/deb/portablevirt_VERSION_amd64.deb of this source tree, for Debian 12, and has lintian check it.
# Installs what that needs. With --programs FOLDER the programs are taken from there (packaging/build.sh's artifacts/bin) instead of built;
# --unchecked leaves lintian out.
set -euo pipefail
cd "$(dirname "$0")/.."
programs=artifacts/bin
check=yes
while [ $# -gt 0 ]; do
    case $1 in
        --programs) programs=$(cd "${2:?--programs needs a folder}" && pwd); shift 2 ;;
        --unchecked) check=no; shift ;;
        *) echo "deb.sh: the options are --programs FOLDER and --unchecked" >&2; exit 2 ;;
    esac
done

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
missing=()
for package in debhelper dpkg-dev fakeroot lintian desktop-file-utils shared-mime-info; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' $package 2>/dev/null)" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
if [ "$programs" = artifacts/bin ]; then
    bash packaging/deps.sh
    bash packaging/build.sh
fi
if [ -e "$programs/portablevirtd.dll" ]; then
    echo "deb.sh: portablevirtd in $programs needs an installed .NET runtime, which Debian 12 has not: the package feed has no NativeAOT for net10.0" >&2
    exit 1
fi

base=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
version=${DEB_VERSION:-$base}
tree=artifacts/deb/portablevirt-$version
rm -rf artifacts/deb
mkdir -p "$tree/payload"/{programs,share,man,docs}
cp -r packaging/debian "$tree/debian"
date=$(date -R -d "@${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}")
sed -i "s/@VERSION@/$version/; s/@DATE@/$date/" "$tree/debian/changelog"

payload=$tree/payload
for program in pvctl portablevirtd portablevirt-vmapp portablevirt-run portablevirt-agent; do
    install -m 755 "$programs/$program" "$payload/programs/$program"
done
install -m 644 "$programs/libe_sqlite3.so" "$payload/programs/"
strip --strip-unneeded "$payload/programs/libe_sqlite3.so"
pvctl=$payload/programs/pvctl

# What pvctl itself can tell: manual page, completion, the desktop's entry for .exe files.
"$pvctl" man >"$payload/man/pvctl.1"
mkdir -p "$payload/share/bash-completion/completions" "$payload/share/zsh/vendor-completions" "$payload/share/fish/vendor_completions.d"
"$pvctl" completion bash >"$payload/share/bash-completion/completions/pvctl"
"$pvctl" completion zsh >"$payload/share/zsh/vendor-completions/_pvctl"
"$pvctl" completion fish >"$payload/share/fish/vendor_completions.d/pvctl.fish"
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
env -i PATH="$PATH" HOME="$home" "$pvctl" agent on >/dev/null
installed=/usr/lib/portablevirt/pvctl
mkdir -p "$payload/share/applications" "$payload/share/icons/hicolor/scalable/apps"
sed "s:\"\\?$(realpath "$pvctl")\"\\?:$installed:" "$home/.local/share/applications/portablevirt.desktop" >"$payload/share/applications/portablevirt.desktop"
cp "$home/.local/share/icons/hicolor/scalable/apps/portablevirt.svg" "$payload/share/icons/hicolor/scalable/apps/"
desktop-file-validate "$payload/share/applications/portablevirt.desktop"

cp README.md docs/json.md "$payload/docs/"
mkdir -p "$payload"/units/{system,user}
cp systemd/portablevirtd.* systemd/portablevirt-vms.* "$payload/units/system/"
cp systemd/portablevirt-agent.* "$payload/units/user/"
cp systemd/portablevirt.sysusers "$tree/debian/portablevirt.sysusers"
(cd "$tree" && dpkg-buildpackage -b -us -uc -ui) >artifacts/deb/build.log 2>&1 || {
    tail -30 artifacts/deb/build.log >&2
    echo "deb.sh: dpkg-buildpackage failed (whole log: artifacts/deb/build.log)" >&2
    exit 1
}
deb=artifacts/deb/portablevirt_${version}_amd64.deb
[ $check = no ] || lintian --allow-root --fail-on error,warning --tag-display-limit 0 "$deb"
echo "made $deb, $(du -h "$deb" | cut -f 1)"
