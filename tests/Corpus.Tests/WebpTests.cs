using PortableVirt.Tests.Support;

namespace PortableVirt.Corpus.Tests;

/// <summary>cwebp.exe and dwebp.exe take a picture to WebP and back.</summary>
[Collection(CorpusCollection.Name)]
public sealed class WebpTests : IDisposable
{
    private readonly CorpusFixture _corpus;
    private readonly ScratchFolder _scratch = new();

    public WebpTests(CorpusFixture corpus)
    {
        _corpus = corpus;
        File.WriteAllBytes(_scratch["in.png"], SampleImage.Png());
    }

    [Theory]
    [InlineData("cwebp")]
    [InlineData("dwebp")]
    public async Task ShowsItsVersion(string program)
    {
        ProgramRun run = await CorpusFixture.RunAsync(_corpus.Webp(program), _scratch.Path, "-version");
        Assert.Matches(@"^\d+\.\d+", run.Output);
    }

    [Fact]
    public async Task LosslessComesBackIdentical()
    {
        await CorpusFixture.RunAsync(_corpus.Webp("cwebp"), _scratch.Path, "-quiet", "-lossless", "-m", "4", "-mt", "in.png", "-o", "out.webp");
        await CorpusFixture.RunAsync(_corpus.Webp("dwebp"), _scratch.Path, "-quiet", "-ppm", "out.webp", "-o", "back.ppm");
        Assert.Equal(SampleImage.Ppm(), await File.ReadAllBytesAsync(_scratch["back.ppm"]));
    }

    [Fact]
    public async Task LossyIsSmallAndHasItsSize()
    {
        await CorpusFixture.RunAsync(_corpus.Webp("cwebp"), _scratch.Path, "-q", "75", "-mt", "in.png", "-o", "out.webp");
        Assert.InRange(new FileInfo(_scratch["out.webp"]).Length, 100, SampleImage.Ppm().Length / 5);
        ProgramRun run = await CorpusFixture.RunAsync(_corpus.Webp("webpinfo"), _scratch.Path, "out.webp");
        Assert.Contains($"Width: {SampleImage.Width}", run.Output, StringComparison.Ordinal);
        Assert.Contains($"Height: {SampleImage.Height}", run.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _scratch.Dispose();
}
