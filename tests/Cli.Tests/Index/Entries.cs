using PortableVirt.Cli.Index;

namespace PortableVirt.Cli.Tests.Index;

/// <summary>Entries of the index for tests.</summary>
internal static class Entries
{
    /// <summary>An entry of a package at a place.</summary>
    public static IndexEntry Make(string package, string? id = null) => new()
    {
        Id = id ?? new string('a', 64),
        Package = package,
        Program = "show.exe",
        Origin = "/origin/show.exe",
        OriginStamp = "1@2",
        ProgramHash = new string('b', 64),
        Version = "0.1.0",
        SystemMark = "/system 1 2 3",
        Made = new DateTimeOffset(2026, 11, 22, 1, 2, 3, TimeSpan.Zero),
    };
}
