using PortableVirt.Cell.SystemCalls;

namespace PortableVirt.Cell.Tests;

/// <summary>The list of system calls is no longer than what was recorded (record.sh, docs/cell.md), but for what other computers and rare programs need.</summary>
public sealed class ListTests
{
    /// <summary>Calls that no recorded run made, and why they are in the list all the same.</summary>
    private static readonly Dictionary<string, string> _unrecorded = new(StringComparer.Ordinal)
    {
        ["restart_syscall"] = "the kernel's own, when a stopped process goes on",
        ["kill"] = "Ctrl-Z at a terminal",
        ["epoll_pwait"] = "C libraries whose epoll_wait is this",
        ["mremap"] = "realloc of large blocks in the C library",
        ["sigaltstack"] = "start and end of .NET threads",
        ["prctl"] = "names of threads, memory names of the C library",
        ["getpgrp"] = "Ctrl-Z and fg at a terminal",
        ["uname"] = "Environment.OSVersion of .NET",
        ["access"] = "C library: loading of OpenSSL",
        ["faccessat2"] = "access of newer C libraries",
        ["fadvise64"] = "FileStream of .NET",
        ["copy_file_range"] = "File.Copy of .NET: changes that a second running copy starts with",
        ["getcwd"] = "relative paths in .NET",
        ["statfs"] = "locks of FileStream on network file systems",
        ["readlink"] = "links in .NET: time zone, packages",
        ["rename"] = "File.Move of .NET: registry, clipboard",
        ["readv"] = "scattered reads from pipes",
        ["preadv2"] = "NtReadFile with flags of pipes and consoles",
        ["pwritev2"] = "appending writes",
        ["fchmod"] = "read-only attribute of an open file",
        ["renameat2"] = "renaming without replacing",
        ["tee"] = "PeekNamedPipe of bytes in a pipe of the host",
        ["inotify_rm_watch"] = "end of a change notification",
    };

    [Fact]
    public void Every_call_was_recorded_or_has_a_reason()
    {
        HashSet<string> recorded = [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "recorded-calls.txt")).Where(l => l.Length != 0 && l[0] != '#').Select(l => l.Split(' ')[0])];
        Assert.True(recorded.Count > 50, "recorded-calls.txt is no recording");
        string[] listed = [.. SystemCallList.For(new CellProfile(true, CellNetwork.Host, false), 1).Where(IsAllowed).Select(r => SystemCallNames.Of((int)r.Call))];
        Assert.Empty(listed.Except(recorded).Except(_unrecorded.Keys));
        // The C library tries clone3 before each clone.
        Assert.Empty(recorded.Except(listed).Except(["clone3"]));
        Assert.Empty(_unrecorded.Keys.Intersect(recorded));
    }

    [Fact]
    public void Every_rule_says_who_needs_it() =>
        Assert.All(SystemCallList.For(new CellProfile(true, CellNetwork.Host, false), 1), rule => Assert.True(rule.Why.Length > 3, rule.Call.ToString()));

    private static bool IsAllowed(SystemCallRule rule) => !rule.Ways.Any(way => way.Contains(ArgumentCheck.Impossible));
}
