using PortableVirt.Analysis.Pe;
using PortableVirt.Appliance.Reduction;

namespace PortableVirt.Appliance.Tests;

/// <summary>Leaving pages out of Debian's libwine: every page is as before or stands in a gap, and no page that was asked for is in one.</summary>
public sealed class PageSubsetTests
{
    private const string Folder = "/usr/lib/x86_64-linux-gnu/wine/x86_64-windows";
    private const int Page = 0x1000;

    [Theory]
    [InlineData("kernelbase.dll")]
    [InlineData("msvcrt.dll")]
    [InlineData("user32.dll")]
    [InlineData("cmd.exe")]
    public void EveryPageIsAsBeforeOrInAGap(string name)
    {
        byte[] file = PeReducer.Reduce(File.ReadAllBytes(Path.Combine(Folder, name))).ToArray();
        Assert.True(PeImage.TryParse(file, out PeImage? before, out _));
        int pages = (int)(before.Layout.SizeOfImage / Page);
        for (int seed = 0; seed < 12; seed++)
        {
            Random random = new(seed);
            HashSet<long> touched = [];
            for (int i = random.Next(pages); i > 0; i--)
            {
                // Runs of pages, so that there are large gaps and small ones.
                long first = random.Next(pages);
                for (int run = random.Next(1, 6); run > 0; run--)
                {
                    touched.Add(first + run);
                }
            }
            ReadOnlyMemory<byte> reduced = PageSubset.Reduce(file, touched);
            Assert.True(PeImage.TryParse(reduced, out PeImage? after, out PeError? error), error?.ToString());
            Assert.Equal(before.Layout.SizeOfImage, after.Layout.SizeOfImage);
            Assert.Equal(before.Headers.AddressOfEntryPoint, after.Headers.AddressOfEntryPoint);
            Assert.Equal(before.Exports.Named, after.Exports.Named);
            for (int page = 1; page < pages; page++)
            {
                PePiece was = PieceAt(before, page);
                PePiece now = PieceAt(after, page);
                Assert.Equal(was.Protection, now.Protection);
                if (now.Name == PageSubset.GapName)
                {
                    Assert.DoesNotContain(page, touched);
                    Assert.Equal(0u, now.FileLength);
                }
                else
                {
                    Assert.True(Bytes(before, page).SequenceEqual(Bytes(after, page)), $"seed {seed}, page {page}");
                }
            }
        }
    }

    [Fact]
    public void AnUntouchedImageLosesMostOfItself()
    {
        byte[] file = PeReducer.Reduce(File.ReadAllBytes(Path.Combine(Folder, "msvcrt.dll"))).ToArray();
        ReadOnlyMemory<byte> reduced = PageSubset.Reduce(file, new HashSet<long>());
        Assert.InRange(reduced.Length, 1, file.Length * 6 / 10);
        Assert.True(PeImage.TryParse(reduced, out PeImage? image, out _));
        Assert.True(image.Layout.IsMappable);
    }

    [Fact]
    public void FilesWithDataBehindTheirSectionsAndOthersStayAsTheyAre()
    {
        byte[] file = PeReducer.Reduce(File.ReadAllBytes(Path.Combine(Folder, "msvcrt.dll"))).ToArray();
        byte[] longer = [.. file, .. new byte[100]];
        Assert.Equal(longer.Length, PageSubset.Reduce(longer, new HashSet<long>()).Length);
        byte[] text = "not a program"u8.ToArray();
        Assert.Equal(text, PageSubset.Reduce(text, new HashSet<long>()));
    }

    private static PePiece PieceAt(PeImage image, int page)
    {
        foreach (PePiece piece in image.Layout.Pieces)
        {
            if ((uint)(page * Page) - piece.Rva < piece.VirtualSize)
            {
                return piece;
            }
        }
        return default;
    }

    private static byte[] Bytes(PeImage image, int page)
    {
        byte[] bytes = new byte[Page];
        PePiece piece = PieceAt(image, page);
        long start = (page * Page) - piece.Rva;
        int length = (int)Math.Clamp(piece.FileLength - start, 0, Page);
        if (length > 0)
        {
            image.Data.Span.Slice((int)(piece.FileOffset + start), length).CopyTo(bytes);
        }
        return bytes;
    }
}
