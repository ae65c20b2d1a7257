using PortableVirt.Analysis.Pe;
using PortableVirt.Appliance.Icons;
using PortableVirt.Cli.Tests.Programs;

namespace PortableVirt.Cli.Tests.Links;

/// <summary>Icons of programs, as PNG.</summary>
public sealed class IconReaderTests
{
    private const int FuzzSeeds = 400;

    [Fact]
    public async Task EveryKindOfPictureIsReadAndTheBestOfASizeIsTaken()
    {
        byte[] program = await File.ReadAllBytesAsync(await ShowProgram.PathAsync());
        Assert.True(PeImage.TryParse(program, program.Length, out PeImage? image, out _));
        IReadOnlyList<IconImage> icons = IconReader.Read(image);
        Assert.Equal([16, 22, 24, 32, 48, 256], icons.Select(i => i.Size));
        Assert.All(icons, icon =>
        {
            (int width, byte[] rgba) = Png.Read(icon.Png.Span);
            Assert.Equal(icon.Size, width);
            Assert.Equal(0, rgba[3]);
            Assert.All(Enumerable.Range(1, (width * width) - 1), i => Assert.Equal([.. IconFile.Color, 0xff], rgba.AsSpan(i * 4, 4).ToArray()));
        });
    }

    [Fact]
    public async Task DamagedIconsAreLeftOut()
    {
        byte[] program = await File.ReadAllBytesAsync(await ShowProgram.PathAsync());
        Assert.True(PeImage.TryParse(program, program.Length, out PeImage? whole, out _));
        PeDataDirectory resources = whole.Directory(PeDirectory.Resource);
        int start = (int)whole.Sections.ToArray().First(s => s.Name == ".rsrc").RawOffset;
        for (int seed = 0; seed < FuzzSeeds; seed++)
        {
            Random random = new(seed);
            byte[] damaged = [.. program];
            for (int i = random.Next(1, 40); i > 0; i--)
            {
                // Mostly the headers of the tree and the pictures.
                damaged[start + random.Next(random.Next(4) == 0 ? (int)resources.Size : 1200)] = (byte)random.Next(256);
            }
            Assert.True(PeImage.TryParse(damaged, damaged.Length, out PeImage? image, out _));
            Assert.All(IconReader.Read(image), icon => Assert.InRange(icon.Size, 1, IconReader.LargestSize));
        }
    }
}
