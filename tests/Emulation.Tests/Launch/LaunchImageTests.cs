using System.Buffers.Binary;
using PortableVirt.Analysis.Pe;
using PortableVirt.Emulation.Launch;
using PortableVirt.Emulation.Memory;
using PortableVirt.Kernel;

namespace PortableVirt.Emulation.Tests.Launch;

public sealed class LaunchImageTests
{
    private const int FuzzSeeds = 4000;
    private const int PageSize = 4096;
    private const int CrcOffset = 20;

    [Fact]
    public void WhatIsWrittenIsRead()
    {
        byte[] file = Write();
        LaunchImage image = Read(file, out uint[] checksums)!;
        LaunchImage made = Image();
        Assert.Equal(made.Inputs, image.Inputs);
        Assert.Equal(made.Registers, image.Registers);
        Assert.Equal(made.ExtendedState, image.ExtendedState);
        Assert.Equal((made.ProcessId, made.ThreadId, made.Peb, made.Teb, made.EnvironmentCapacity), (image.ProcessId, image.ThreadId, image.Peb, image.Teb, image.EnvironmentCapacity));
        Assert.Equal(made.Cookies, image.Cookies);
        Assert.Equal(made.Pages, image.Pages);
        Assert.Equal(made.Files, image.Files);
        Assert.Equal(made.Keys, image.Keys);
        Assert.Equal(made.Regions.Count, image.Regions.Count);
        Assert.Equal(made.Regions[1].Runs, image.Regions[1].Runs);
        Assert.Equal(made.Regions[1].Layout!.Pieces, image.Regions[1].Layout!.Pieces);
        Assert.Equal(2, checksums.Length);
        Assert.Equal(-1, Crc32C.FirstDifferent(file.AsSpan(file.Length - (2 * PageSize)), checksums));
    }

    [Fact]
    public void TheSameImageGivesTheSameBytes() => Assert.Equal(Write(), Write());

    [Fact]
    public void EveryFlippedByteOfTheDescriptionIsFound()
    {
        byte[] file = Write();
        int head = LaunchImageReader.HeadLength(file, file.Length);
        for (int at = 0; at < head; at++)
        {
            byte[] damaged = (byte[])file.Clone();
            damaged[at] ^= 0x10;
            Assert.Null(Read(damaged, out _));
        }
    }

    [Fact]
    public void AFlippedByteOfAPageIsFound()
    {
        byte[] file = Write();
        Read(file, out uint[] checksums);
        byte[] pages = file[^(2 * PageSize)..];
        foreach (int at in (int[])[0, 1, PageSize - 1, PageSize, (2 * PageSize) - 1])
        {
            pages[at] ^= 1;
            Assert.Equal(at / PageSize, Crc32C.FirstDifferent(pages, checksums));
            pages[at] ^= 1;
        }
    }

    [Fact]
    public void AShortenedFileIsNoImage()
    {
        byte[] file = Write();
        foreach (int length in (int[])[0, 7, 23, PageSize - 1, PageSize, file.Length - 1])
        {
            Assert.Equal(0, LaunchImageReader.HeadLength(file.AsSpan(0, length), length));
        }
    }

    /// <summary>Descriptions that somebody changed, with a right checksum: they are refused or consistent, and reading them has an end.</summary>
    [Fact]
    public void HostileDescriptionsAreRefusedOrConsistent()
    {
        byte[] file = Write();
        int head = LaunchImageReader.HeadLength(file, file.Length);
        int used = head;
        while (file[used - 1] == 0)
        {
            used--;
        }
        int accepted = 0;
        for (int seed = 0; seed < FuzzSeeds; seed++)
        {
            Random random = new(seed);
            byte[] hostile = file[..head];
            for (int i = random.Next(1, 6); i > 0; i--)
            {
                int at = random.Next(16, used);
                hostile[at] = (byte)(random.Next(3) switch { 0 => random.Next(256), 1 => hostile[at] ^ (1 << random.Next(8)), _ => 0xff });
            }
            hostile.AsSpan(CrcOffset, 4).Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(hostile.AsSpan(CrcOffset), Crc32C.Of(hostile));
            if (LaunchImageReader.Read(hostile, out uint[] checksums) is { } image)
            {
                accepted++;
                Check(image, checksums.Length);
            }
        }
        Assert.InRange(accepted, 1, FuzzSeeds - 1);
    }

    [Theory]
    [InlineData(0, PageProtection.ReadWrite, true)]
    [InlineData(0, PageProtection.ExecuteRead, false)]
    [InlineData(0, PageProtection.ExecuteReadWrite, false)]
    [InlineData(1, PageProtection.ExecuteRead, true)]
    [InlineData(2, PageProtection.ReadOnly, true)]
    [InlineData(2, PageProtection.ReadWrite, false)]
    [InlineData(2, PageProtection.ExecuteRead, false)]
    public void CodeComesFromImagesAloneAndTablesAreReadOnly(int region, uint protection, bool isAccepted)
    {
        LaunchImage image = Image();
        LaunchRegion[] regions = [.. image.Regions];
        regions[region] = regions[region] with { Runs = [(0, protection)] };
        byte[] file = LaunchImageWriter.Write(image with { Regions = regions }, [new byte[PageSize], new byte[PageSize]]);
        Assert.Equal(isAccepted, Read(file, out _) is not null);
    }

    [Fact]
    public void AnImageIsUsedWhereAllInputsAreAsTheyWere()
    {
        (string Name, string Value)[] made = [("version", "1"), ("watch", "no")];
        Assert.Null(LaunchInputs.FirstDifference(made, [("version", "1"), ("watch", "no")]));
        Assert.Equal("watch", LaunchInputs.FirstDifference(made, [("version", "1"), ("watch", "yes")]));
        Assert.Equal("locale", LaunchInputs.FirstDifference(made, [("version", "1"), ("watch", "no"), ("locale", "409")]));
        Assert.Equal("watch", LaunchInputs.FirstDifference(made, [("version", "1")]));
    }

    [Fact]
    public void TheChecksumIsCrc32C() => Assert.Equal(0xe3069283u, Crc32C.Of("123456789"u8));

    private static void Check(LaunchImage image, int stored)
    {
        ulong end = 0;
        foreach (LaunchRegion region in image.Regions)
        {
            Assert.True(region.Start >= end && region.End > region.Start && region.End <= RegionList.EndAddress);
            Assert.True(region.Runs[0].Page == 0 && region.Runs.All(run => run.Page < region.PageCount));
            end = region.End;
        }
        int next = 0;
        foreach (LaunchPages pages in image.Pages)
        {
            Assert.Contains(image.Regions, region => pages.Address >= region.Start && pages.Address + ((ulong)pages.Count << 12) <= region.End);
            Assert.True(pages.Stored == -1 || pages.Stored == next);
            next += pages.Stored == -1 ? 0 : pages.Count;
        }
        Assert.Equal(stored, next);
    }

    private static LaunchImage? Read(byte[] file, out uint[] checksums)
    {
        checksums = [];
        int head = LaunchImageReader.HeadLength(file, file.Length);
        return head == 0 ? null : LaunchImageReader.Read(file.AsSpan(0, head).ToArray(), out checksums);
    }

    private static byte[] Write()
    {
        byte[] first = new byte[PageSize];
        byte[] second = new byte[PageSize];
        new Random(1).NextBytes(first);
        new Random(2).NextBytes(second);
        return LaunchImageWriter.Write(Image(), [first, second]);
    }

    private static LaunchImage Image() => new()
    {
        Inputs = [("version of PortableVirt", "1.2.3"), ("contents of the package", new string('a', 64))],
        Registers = new UserRegisters { Rip = 0x7b03ce20, Rsp = 0x3ff588, RFlags = 0x246 },
        ExtendedState = new byte[576],
        ProcessId = 0x20,
        ThreadId = 0x24,
        Peb = 0x7ffd0000,
        Teb = 0x7ffc0000,
        StackAllocation = 0x200000,
        StackBase = 0x400000,
        ImageBase = 0x140000000,
        NtdllBase = 0x170000000,
        Parameters = 0x10c40,
        Environment = 0x12000,
        EnvironmentCapacity = 1 << 16,
        Cookies = [0x140001010],
        Regions =
        [
            new LaunchRegion { Start = 0x200000, PageCount = 512, Type = MemoryTypes.Private, AllocationProtect = PageProtection.ReadWrite, Runs = [(0, PageProtection.NoAccess), (1, PageProtection.ReadWrite), (8, 0)] },
            new LaunchRegion
            {
                Start = 0x140000000,
                PageCount = 4,
                Type = MemoryTypes.Image,
                AllocationProtect = PageProtection.ExecuteWriteCopy,
                Source = LaunchSource.Image,
                FileName = @"\Device\HarddiskVolume2\program\hello.exe",
                Runs = [(0, PageProtection.ReadOnly), (1, PageProtection.ExecuteRead), (3, PageProtection.WriteCopy)],
                Layout = Layout(),
            },
            new LaunchRegion { Start = 0x150000000, PageCount = 16, Type = MemoryTypes.Mapped, AllocationProtect = PageProtection.ReadOnly, Source = LaunchSource.Nls, FileName = "locale.nls", Runs = [(0, PageProtection.ReadOnly)] },
        ],
        Pages = [new LaunchPages(0x3ff000, 1, 0), new LaunchPages(0x140001000, 2, -1), new LaunchPages(0x140003000, 1, 1)],
        StoredPages = 2,
        Files = [(@"C:\windows\system32\kernel32.dll", true), (@"Z:\kernel32.dll", false)],
        Keys = [(@"\REGISTRY\USER\S-1-5-21-0-0-0-1000\Software\Wine", false)],
    };

    private static ImageLayout Layout() => new()
    {
        ImageBase = 0x140000000,
        SizeOfImage = 0x4000,
        EntryPoint = 0x1000,
        StackReserve = 1 << 20,
        StackCommit = 0x1000,
        Machine = 0x8664,
        Subsystem = 3,
        SubsystemVersion = 0x60000,
        Characteristics = 0x22,
        DllCharacteristics = 0x160,
        CheckSum = 0,
        FileSize = 0x3000,
        IsMappable = true,
        Pieces =
        [
            new PePiece("", 0, 0, 0x400, 0x1000, PageProtection.ReadOnly, false, false, true),
            new PePiece(".text", 0x1000, 0x1000, 0x1200, 0x2000, PageProtection.ExecuteRead, false, false, true),
        ],
    };
}
