using PortableVirt.Appliance.Format;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Index;
using PortableVirt.Tests.Support;

namespace PortableVirt.Cli.Tests.Index;

/// <summary>The index and what becomes of its packages.</summary>
public sealed class PackageIndexTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();
    private readonly PackageIndex _index;

    public PackageIndexTests() => _index = new PackageIndex(_scratch["index"]);

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void WhatIsAddedIsFoundByNameFileAndId()
    {
        Assert.Empty(_index.Read());
        IndexEntry entry = Add("app", "one");
        foreach (string word in (string[])["show", "SHOW.EXE", entry.Package, entry.Id, entry.Id[..4]])
        {
            Assert.Equal(entry.Id, _index.Find(word)?.Id);
        }
        Assert.Null(_index.Find("other"));
        Assert.Null(_index.Find(entry.Id[..3]));
        Assert.Null(_index.Find(entry.Id)!.LastUse);
        _index.Remove(entry);
        Assert.Empty(_index.Read());
    }

    [Fact]
    public void SeveralOfOneNameAreToldApart()
    {
        Add("app1", "one");
        IndexEntry second = Add("app2", "two");
        Assert.Contains(second.Package, Assert.Throws<UsageException>(() => _index.Find("show")).Message, StringComparison.Ordinal);
        Assert.Equal(second.Id, _index.Find(second.Package)!.Id);
    }

    [Fact]
    public void APackageThatVanishedIsTakenOut()
    {
        IndexEntry entry = Add("app", "one");
        File.Delete(entry.Package);
        Assert.Empty(_index.Read());
        Assert.Empty(Directory.GetFiles(_scratch["index"]));
    }

    [Fact]
    public void APackageThatIsAnotherNowIsTakenOut()
    {
        IndexEntry entry = Add("app", "one");
        WritePackage(entry.Package, "two");
        Assert.Empty(_index.Read());
    }

    [Fact]
    public void APackageOnADriveThatIsNotThereStays()
    {
        Directory.CreateDirectory(_scratch["drive"]);
        IndexEntry entry = Add("drive/app", "one");
        Directory.Delete(_scratch["drive"], recursive: true);
        Assert.Equal(PackagePresence.Away, PackageIndex.Presence(Assert.Single(_index.Read())));
        Assert.Equal(entry.FileName, Assert.Single(_index.Read()).FileName);
    }

    [Fact]
    public void AMovedPackageIsFoundAgainWhenItStarts()
    {
        IndexEntry entry = Add("app", "one");
        string moved = _scratch["moved"];
        File.Move(entry.Package, moved);
        _index.Used(entry.Id, moved);
        Assert.Equal(moved, Assert.Single(_index.Read()).Package);
        _index.Used(entry.Id, moved);
        Assert.InRange(_index.Read()[0].LastUse!.Value, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
    }

    [Fact]
    public void ACopyIsNotTakenForTheOriginal()
    {
        IndexEntry entry = Add("app", "one");
        File.Copy(entry.Package, _scratch["copy"]);
        _index.Used(entry.Id, _scratch["copy"]);
        Assert.Equal(entry.Package, Assert.Single(_index.Read()).Package);
    }

    [Fact]
    public void DamagedEntriesGoAndNewerOnesStay()
    {
        IndexEntry entry = Add("app", "one");
        string newer = Path.Combine(_scratch["index"], "newer");
        File.WriteAllText(newer, "PortableVirt Index 2\n");
        File.WriteAllText(Path.Combine(_scratch["index"], "empty"), "");
        File.WriteAllText(Path.Combine(_scratch["index"], "copied"), IndexText.Write(entry));
        Assert.Single(_index.Read());
        Assert.Equal([newer, Path.Combine(_scratch["index"], entry.FileName)], Directory.GetFiles(_scratch["index"]).OrderByDescending(f => f == newer));
    }

    [Fact]
    public async Task ManyAddAndReadAtOnce()
    {
        IndexEntry[] entries = [.. Enumerable.Range(0, 8).Select(i => Entry($"app{i}", $"content {i}"))];
        await Task.WhenAll(entries.Select(e => Task.Run(() =>
        {
            for (int i = 0; i < 5; i++)
            {
                _index.Add(e);
                Assert.Contains(_index.Read(), r => r.Id == e.Id);
                _index.Used(e.Id, e.Package);
            }
        })));
        Assert.Equal(entries.Length, _index.Read().Count);
        Assert.Equal(entries.Length, Directory.GetFiles(_scratch["index"]).Length);
    }

    private IndexEntry Add(string name, string content)
    {
        IndexEntry entry = Entry(name, content);
        _index.Add(entry);
        return entry;
    }

    private IndexEntry Entry(string name, string content) => Entries.Make(_scratch[name], WritePackage(_scratch[name], content));

    private static string WritePackage(string path, string content)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(content);
        byte[] runner = "\u007fELF"u8.ToArray();
        PackageManifest manifest = new("program/show.exe", [new PackageMember("program/show.exe", bytes.Length, Sha256.HexOf(bytes), "")])
        {
            RunnerLength = runner.Length,
            RunnerSha256 = Sha256.HexOf(runner),
        };
        using FileStream file = File.Create(path);
        PackageWriter.Write(file, new MemoryStream(runner), manifest, null, _ => new MemoryStream(bytes));
        return manifest.Id;
    }
}
