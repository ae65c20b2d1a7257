using PortableVirt.Cli.Output;
using PortableVirt.Desktop.Files;
using PortableVirt.Tests.Support;

namespace PortableVirt.Cli.Tests.Output;

public sealed class WholeFileTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void AFailedWriterLeavesTheOldFileAlone()
    {
        string path = _scratch["file"];
        WholeFile.Write(path, "old");
        Assert.Throws<InvalidOperationException>(() => WholeFile.Write(path, file =>
        {
            file.Write("half"u8);
            throw new InvalidOperationException();
        }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_scratch.Path));
    }

    [Fact]
    public void WhatKilledWritersLeftGoesAndLivingOnesKeepTheirs()
    {
        string path = _scratch["file"];
        string own = $"{path}.{Environment.ProcessId}.new";
        foreach (string left in (string[])[$"{path}.2147483600.new", own, $"{path}.x.new", _scratch["other.2147483600.new"]])
        {
            File.WriteAllText(left, "half");
        }
        WholeFile.Sweep(path);
        Assert.Equal([own, path + ".x.new", _scratch["other.2147483600.new"]], Directory.GetFiles(_scratch.Path).Order(StringComparer.Ordinal));
    }
}
