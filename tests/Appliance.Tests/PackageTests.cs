using System.IO.Compression;
using System.Text;
using PortableVirt.Appliance.Format;
using PortableVirt.Tests.Support;

namespace PortableVirt.Appliance.Tests;

public sealed class PackageTests : IDisposable
{
    private const int FuzzSeeds = 600;

    private readonly ScratchFolder _scratch = new();
    private readonly Dictionary<string, byte[]> _contents = new(StringComparer.Ordinal)
    {
        ["program/Über uns.exe"] = Encoding.UTF8.GetBytes("MZ program"),
        ["system/ntdll.dll"] = new byte[10_000],
        ["system/empty.dll"] = [],
    };

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void WhatIsPackedIsReadAndUnzipReadsItToo()
    {
        string path = Write(out byte[] runner);
        using (PackageReader reader = PackageReader.TryOpen(path)!)
        {
            Assert.Equal("program/Über uns.exe", reader.Manifest.Program);
            foreach (PackageMember member in reader.Manifest.Members)
            {
                string target = Path.Combine(_scratch.Path, "out");
                reader.Extract(member, target);
                Assert.Equal(_contents[member.Path], File.ReadAllBytes(target));
            }
        }
        using ZipArchive zip = ZipFile.OpenRead(path);
        Assert.Equal([PackageManifest.Path, .. _contents.Keys.Order(StringComparer.Ordinal)], zip.Entries.Select(e => e.FullName));
        Assert.All(zip.Entries, entry =>
        {
            using Stream stream = entry.Open();
            stream.CopyTo(Stream.Null);
        });
        Assert.Equal(runner, File.ReadAllBytes(path)[..runner.Length]);
    }

    [Fact]
    public void EveryFileStartsOnAPage()
    {
        byte[] file = File.ReadAllBytes(Write(out _));
        Assert.Equal(0, file.AsSpan().IndexOf("MZ program"u8) % 4096);
        Assert.Equal(0, file.AsSpan().IndexOf("PortableVirt Package 1"u8) % 4096);
    }

    [Fact]
    public void TheSameInputsGiveTheSameBytes() => Assert.Equal(File.ReadAllBytes(Write(out _)), File.ReadAllBytes(Write(out _)));

    [Fact]
    public void AFileWithoutContentsIsNoPackage()
    {
        string path = Path.Combine(_scratch.Path, "plain");
        File.WriteAllBytes(path, new byte[5000]);
        Assert.Null(PackageReader.TryOpen(path));
        File.WriteAllBytes(path, []);
        Assert.Null(PackageReader.TryOpen(path));
    }

    [Theory]
    [InlineData("PortableVirt Package 2\nprogram program/x\n", "format 2")]
    [InlineData("nonsense", "line 1")]
    [InlineData("PortableVirt Package 1\nfile x\n", "line 2")]
    [InlineData("PortableVirt Package 1\nprogram program/x\n", "names no program")]
    public void BadManifestsAreRefused(string text, string part) =>
        Assert.Contains(part, Assert.Throws<PackageException>(() => PackageManifest.Read(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("../x")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../x")]
    [InlineData("a//b")]
    [InlineData("a\\b")]
    [InlineData("c:x")]
    [InlineData("")]
    public void PathsThatLeaveTheFolderAreInvalid(string path) => Assert.False(MemberPath.IsValid(path));

    [Fact]
    public void AFlippedByteOfAMemberIsDetectedAndNamed()
    {
        string path = Write(out _);
        byte[] file = File.ReadAllBytes(path);
        file[file.AsSpan().IndexOf("MZ program"u8) + 3] ^= 1;
        File.WriteAllBytes(path, file);
        using PackageReader reader = PackageReader.TryOpen(path)!;
        PackageMember program = reader.Manifest.Members.Single(m => m.Path.EndsWith(".exe", StringComparison.Ordinal));
        PackageException error = Assert.Throws<PackageException>(() => reader.Extract(program, Path.Combine(_scratch.Path, "out")));
        Assert.Contains("program/Über uns.exe", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DamagedPackagesAreRefusedOrGiveWhatWasPacked()
    {
        string path = Write(out byte[] runner);
        byte[] good = File.ReadAllBytes(path);
        string damagedPath = Path.Combine(_scratch.Path, "damaged");
        string target = Path.Combine(_scratch.Path, "out");
        for (int seed = 0; seed < FuzzSeeds; seed++)
        {
            Random random = new(seed);
            byte[] damaged = (byte[])good.Clone();
            for (int i = random.Next(1, 4); i > 0; i--)
            {
                // Mostly the directory at the end, where the offsets are.
                int at = random.Next(4) == 0 ? random.Next(runner.Length, damaged.Length) : random.Next(Math.Max(runner.Length, damaged.Length - 500), damaged.Length);
                damaged[at] = (byte)random.Next(256);
            }
            if (random.Next(4) == 0)
            {
                damaged = damaged[..random.Next(damaged.Length)];
            }
            File.WriteAllBytes(damagedPath, damaged);
            try
            {
                using PackageReader? reader = PackageReader.TryOpen(damagedPath);
                foreach (PackageMember member in reader?.Manifest.Members ?? [])
                {
                    reader!.Extract(member, target);
                    if (_contents.TryGetValue(member.Path, out byte[]? expected) && member.Sha256 == Sha256.HexOf(expected))
                    {
                        Assert.Equal(expected, File.ReadAllBytes(target));
                    }
                }
            }
            catch (PackageException)
            {
                // Refused with a message.
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {seed}: {e}");
            }
        }
    }

    private string Write(out byte[] runner)
    {
        runner = new byte[5001];
        new Random(3).NextBytes(runner);
        PackageManifest manifest = new(
            "program/Über uns.exe",
            [.. _contents.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => new PackageMember(c.Key, c.Value.Length, Sha256.HexOf(c.Value), "a test: made up"))]);
        string path = Path.Combine(_scratch.Path, $"package-{Guid.NewGuid():n}");
        using FileStream output = File.Create(path);
        PackageWriter.Write(output, new MemoryStream(runner), manifest, member => new MemoryStream(_contents[member.Path]));
        return path;
    }
}
