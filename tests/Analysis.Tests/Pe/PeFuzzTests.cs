using System.Diagnostics;
using PortableVirt.Analysis.Pe;

namespace PortableVirt.Analysis.Tests.Pe;

/// <summary>Damages PE files at random and sends them through every reader: no exception, bounded time, bounded memory. The seeds are fixed.</summary>
public sealed class PeFuzzTests
{
    private const int SeedsPerFile = 400;
    private static readonly string[] s_files = ["apisetschema.dll", "version.dll", "kernel32.dll", "notepad.exe", "mscoree.dll", "user32.dll"];

    [Fact]
    public void DamagedFilesDoNoHarm()
    {
        List<(string Name, byte[] Data)> bases = [("synthetic", SyntheticPe.Create())];
        bases.AddRange(s_files.Select(f => (f, File.ReadAllBytes(Path.Combine(SystemLibraries.Folder, f)))));
        long slowest = 0;
        int accepted = 0;
        foreach ((string name, byte[] original) in bases)
        {
            byte[] copy = new byte[original.Length];
            for (int seed = 1; seed <= SeedsPerFile; seed++)
            {
                original.CopyTo(copy, 0);
                int length = Damage(copy, new Random(seed), original);
                long before = GC.GetAllocatedBytesForCurrentThread();
                long start = Stopwatch.GetTimestamp();
                try
                {
                    accepted += PeExercise.ReadEverything(copy.AsMemory(0, length)) ? 1 : 0;
                }
                catch (Exception exception)
                {
                    Assert.Fail($"{name}, seed {seed}: {exception}");
                }
                slowest = Math.Max(slowest, (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 256 << 20, $"{name}, seed {seed}: too much memory");
            }
        }
        Assert.True(slowest < 5000, $"the slowest file took {slowest} ms");
        Console.WriteLine($"PE fuzzing: seeds 1 to {SeedsPerFile} over {bases.Count} files, {accepted} accepted, slowest {slowest} ms");
        Assert.True(accepted > bases.Count * SeedsPerFile / 20, "hardly any damaged file got past the headers: the mutations are too coarse");
    }

    /// <summary>Damages a file in place: headers, tables that the directories point to, and random places; sometimes cuts it.</summary>
    private static int Damage(byte[] file, Random random, byte[] original)
    {
        int header = Math.Min(file.Length, 0x400);
        bool headersToo = random.Next(3) == 0;
        for (int i = random.Next(1, 24); i > 0; i--)
        {
            int offset = headersToo && random.Next(2) == 0 ? random.Next(0x80, header) : InterestingOffset(random, original);
            switch (random.Next(5))
            {
                case 0:
                    file[offset] = (byte)random.Next(256);
                    break;
                case 1:
                    file[offset] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    file.AsSpan(offset, Math.Min(4, file.Length - offset)).Fill(0xff);
                    break;
                case 3:
                    file.AsSpan(offset, Math.Min(random.Next(64), file.Length - offset)).Clear();
                    break;
                default:
                    int source = random.Next(original.Length);
                    int count = Math.Min(random.Next(256), original.Length - Math.Max(source, offset));
                    original.AsSpan(source, count).CopyTo(file.AsSpan(offset));
                    break;
            }
        }
        return random.Next(8) == 0 ? random.Next(file.Length + 1) : file.Length;
    }

    private static int InterestingOffset(Random random, byte[] original)
    {
        if (random.Next(4) != 0 && PeImage.TryParse(original, out PeImage? image, out _))
        {
            PeDataDirectory directory = image.Directory((PeDirectory)random.Next(16));
            ReadOnlySpan<byte> bytes = directory.IsPresent ? image.BytesAt(directory.Rva) : [];
            if (!bytes.IsEmpty)
            {
                return (int)OffsetOf(image, directory.Rva) + random.Next(Math.Min(bytes.Length, (int)Math.Clamp(directory.Size, 1, 0x4000)));
            }
        }
        return random.Next(original.Length);
    }

    private static uint OffsetOf(PeImage image, uint rva) => image.SectionAt(rva) is { } section ? section.RawOffset + (rva - section.Rva) : rva;
}
