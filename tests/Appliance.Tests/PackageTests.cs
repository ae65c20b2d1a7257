using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
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
    public void TheLaunchImageCountsForTheIdOfThePackageAndNotForThatOfItsContents()
    {
        PackageMember program = new("program/x.exe", 1, Sha256.HexOf([1]), "");
        PackageManifest bare = new("program/x.exe", [program]);
        PackageManifest one = bare with { Members = [new(PackageManifest.LaunchImage, 1, Sha256.HexOf([2]), ""), program] };
        PackageManifest other = bare with { Members = [new(PackageManifest.LaunchImage, 1, Sha256.HexOf([3]), ""), program] };
        Assert.Equal(3, new[] { bare.Id, one.Id, other.Id }.Distinct().Count());
        Assert.Equal(bare.Id, Assert.Single(new[] { bare.ContentsId, one.ContentsId, other.ContentsId }.Distinct()));
        // A path may end like that of an image.
        PackageManifest spaced = bare with { Members = [new("program/x launch/image", 1, Sha256.HexOf([2]), "made launch/image: up"), program] };
        Assert.NotEqual(bare.ContentsId, spaced.ContentsId);
        Assert.Equal(spaced.Id, spaced.ContentsId);
        Assert.NotEqual(one.ContentsId, (one with { RunnerSha256 = Sha256.HexOf([4]) }).ContentsId);
    }

    [Fact]
    public void EveryFileStartsOnAPage()
    {
        byte[] file = File.ReadAllBytes(Write(out _));
        Assert.Equal(0, file.AsSpan().IndexOf("MZ program"u8) % 4096);
        Assert.Equal(0, file.AsSpan().IndexOf("PortableVirt Package 1"u8) % 4096);
    }

    [Fact]
    public void WhatFollowsAMemberOnItsLastPageIsZero()
    {
        string path = Write(out _);
        byte[] file = File.ReadAllBytes(path);
        using PackageReader reader = PackageReader.TryOpen(path)!;
        Assert.All(reader.Manifest.Members, member =>
        {
            PlacedMember place = reader.Find(member);
            int end = (int)(place.Offset + place.Length);
            Assert.DoesNotContain(file[end..((end + 4095) & ~4095)], b => b != 0);
        });
    }

    [Fact]
    public void EveryFlippedByteIsDetectedAndNamed()
    {
        string path = Write(out byte[] runner, signed: true);
        byte[] good = File.ReadAllBytes(path);
        Random random = new(5);
        using (PackageReader whole = PackageReader.TryOpen(path)!)
        {
            whole.Check();
        }
        // Every byte of headers and directories, one in seven of the rest.
        int step = 1;
        for (int at = 0; at < good.Length; at += step)
        {
            using (FileStream file = File.OpenWrite(path))
            {
                file.Position = at;
                file.WriteByte((byte)(good[at] ^ (1 << random.Next(8))));
            }
            string? message = Refusal(path);
            Assert.True(message is not null, $"a flip at {at} of {good.Length} was not noticed");
            Assert.True(message.Length > 30, message);
            using (FileStream file = File.OpenWrite(path))
            {
                file.Position = at;
                file.WriteByte(good[at]);
            }
            step = at > runner.Length && at % 4096 is > 3900 or < 600 ? 1 : 7;
        }
        Assert.Null(Refusal(path));
    }

    /// <summary>The id is the hash of the manifest's text: a text that says the same in another way would be the same package with another id.</summary>
    [Fact]
    public void AManifestInAnotherOrderIsRefused()
    {
        string path = Write(out _);
        byte[] file = File.ReadAllBytes(path);
        string text;
        uint crc;
        using (PackageReader reader = PackageReader.TryOpen(path)!)
        {
            text = Encoding.UTF8.GetString(reader.ManifestText.Span);
            Assert.Equal(reader.Manifest.Id, reader.Id);
            Assert.Equal(reader.Manifest.ContentsId, reader.ContentsId);
            crc = Crc32.Add(0, reader.ManifestText.Span);
        }
        string[] lines = text.Split('\n');
        int first = Array.FindIndex(lines, line => line.StartsWith("file ", StringComparison.Ordinal));
        (lines[first], lines[first + 1]) = (lines[first + 1], lines[first]);
        byte[] other = Encoding.UTF8.GetBytes(string.Join('\n', lines));
        other.CopyTo(file, file.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)));
        Span<byte> old = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(old, crc);
        int places = 0;
        for (int at; (at = file.AsSpan().IndexOf(old)) >= 0; places++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), Crc32.Add(0, other));
        }
        Assert.Equal(2, places);
        File.WriteAllBytes(path, file);
        Assert.Contains("its manifest", Refusal(path), StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatWasCutShortIsRefused()
    {
        string path = Write(out _);
        byte[] good = File.ReadAllBytes(path);
        for (int length = 8192; length < good.Length; length += 501)
        {
            File.WriteAllBytes(path, good[..length]);
            Assert.Contains("damaged", Refusal(path), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ANameThatLeadsOutIsRefused()
    {
        string path = Write(out _);
        byte[] file = File.ReadAllBytes(path);
        byte[] name = Encoding.UTF8.GetBytes("system/empty.dll");
        byte[] hostile = Encoding.UTF8.GetBytes("system/../../etc");
        for (int at; (at = file.AsSpan().IndexOf(name)) >= 0;)
        {
            hostile.CopyTo(file, at);
        }
        File.WriteAllBytes(path, file);
        Assert.Contains("leads out of it", Refusal(path), StringComparison.Ordinal);
    }

    [Fact]
    public void ASignatureIsOfThisManifestAlone()
    {
        string path = Write(out _, signed: true);
        using PackageReader reader = PackageReader.TryOpen(path)!;
        Assert.True(reader.Signature!.Verifies(reader.ManifestText.Span));
        byte[] other = reader.ManifestText.ToArray();
        other[^2] ^= 1;
        Assert.False(reader.Signature.Verifies(other));
        string text = reader.Signature.Write();
        Assert.Equal(text, PackageSignature.Read(text).Write());
        Assert.Contains("of a kind", Assert.Throws<PackageException>(() => PackageSignature.Read(text.Replace("ecdsa", "eddsa", StringComparison.Ordinal))).Message, StringComparison.Ordinal);
        Assert.Contains("signature", Assert.Throws<PackageException>(() => PackageSignature.Read(text[..^9])).Message, StringComparison.Ordinal);
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
    [InlineData("PortableVirt Package 1\nprogram program/x\n", "describe the runner")]
    [InlineData("PortableVirt Package 1\nprogram program/x\nrunner 1 sha256:0000000000000000000000000000000000000000000000000000000000000000\n", "names no program")]
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
                if (reader is not null && !damaged.AsSpan().SequenceEqual(good))
                {
                    Assert.Throws<PackageException>(reader.Check);
                }
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

    /// <summary>Why a package is not used, or null when it is whole.</summary>
    private static string? Refusal(string path)
    {
        try
        {
            using PackageReader? reader = PackageReader.TryOpen(path);
            if (reader is null)
            {
                return "this is not a package at all any more";
            }
            reader.Check();
            return null;
        }
        catch (PackageException e)
        {
            return e.Message;
        }
    }

    /// <summary>An ELF header whose file ends where its section headers do, as the runner's does.</summary>
    private static byte[] MakeRunner()
    {
        byte[] runner = new byte[5001];
        new Random(3).NextBytes(runner);
        ((byte[])[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1]).CopyTo(runner, 0);
        BinaryPrimitives.WriteUInt64LittleEndian(runner.AsSpan(40), (ulong)(runner.Length - 64));
        BinaryPrimitives.WriteUInt16LittleEndian(runner.AsSpan(58), 64);
        BinaryPrimitives.WriteUInt16LittleEndian(runner.AsSpan(60), 1);
        return runner;
    }

    private string Write(out byte[] runner, bool signed = false)
    {
        runner = MakeRunner();
        PackageManifest manifest = new(
            "program/Über uns.exe",
            [.. _contents.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => new PackageMember(c.Key, c.Value.Length, Sha256.HexOf(c.Value), "a test: made up"))])
        {
            RunnerLength = runner.Length,
            RunnerSha256 = Sha256.HexOf(runner),
        };
        string path = Path.Combine(_scratch.Path, $"package-{Guid.NewGuid():n}");
        using FileStream output = File.Create(path);
        PackageWriter.Write(output, new MemoryStream(runner), manifest, signed ? Sign(manifest) : null, member => new MemoryStream(_contents[member.Path]));
        return path;
    }

    private static PackageSignature Sign(PackageManifest manifest)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        ECPoint point = key.ExportParameters(false).Q;
        return new PackageSignature((byte[])[.. point.X!, .. point.Y!], key.SignData(Encoding.UTF8.GetBytes(manifest.Write()), HashAlgorithmName.SHA256));
    }
}
