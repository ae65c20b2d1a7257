using PortableVirt.Tests.Support;

namespace PortableVirt.Guest.Tests;

/// <summary>A root folder that holds the C library and /dev/kvm alone, mounted read-only: no /proc, no /tmp, no home folder.</summary>
internal static class EmptyRoot
{
    /// <summary>Runs a file of a folder with that folder as root. unshare needs no rights that test runs, mostly root's, have not got.</summary>
    /// <param name="root">Folder that becomes the root; the C library is copied into it.</param>
    /// <param name="program">Path of the program below it, beginning with '/'.</param>
    /// <param name="arguments">Its arguments, each without characters that a shell treats specially.</param>
    public static Task<ProgramRun> RunAsync(string root, string program, params string[] arguments)
    {
        string script = $"""
            set -e
            for library in $(ldd "$1$2" | grep -o '/[^ ]*'); do mkdir -p "$1$(dirname $library)"; cp -L $library "$1$library"; done
            mkdir -p "$1/dev"
            touch "$1/dev/kvm" "$1/dev/null"
            mount --bind "$1" "$1"
            mount --bind /dev/kvm "$1/dev/kvm"
            mount --bind /dev/null "$1/dev/null"
            mount -o remount,bind,ro "$1"
            root=$1
            shift
            exec env -i "$(command -v chroot)" "$root" "$@"
            """;
        return ProgramRunner.RunAsync(["unshare", "--mount", "bash", "-c", script, "bash", root, program, .. arguments], root, limit: TimeSpan.FromMinutes(3));
    }
}
