using System.Security.Cryptography;
using PortableVirt.Tests.Support;

namespace PortableVirt.Corpus.Tests;

/// <summary>7za.exe packs, tests, lists and unpacks, and Debian's own 7-Zip agrees with it in both directions.</summary>
[Collection(CorpusCollection.Name)]
public sealed class SevenZipTests(CorpusFixture corpus) : IDisposable
{
    private const int FileCount = 243;
    private readonly ScratchFolder _scratch = new();

    public static TheoryData<string, string[], string[]> Archives => new()
    {
        { "tree.7z", ["-t7z", "-mx=5", "-mmt=2"], [] },
        { "tree.zip", ["-tzip", "-mem=AES256", "-pSecret word", "-mcu=on"], ["-pSecret word"] },
    };

    [Fact]
    public async Task ShowsItsHelpWithoutArguments()
    {
        ProgramRun run = await CorpusFixture.RunAsync(corpus.SevenZip, _scratch.Path);
        Assert.Contains("7-Zip", run.Output, StringComparison.Ordinal);
        Assert.Contains("<Commands>", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Archives))]
    public async Task PacksWhatDebianUnpacks(string archive, string[] packOptions, string[] password)
    {
        SampleTree.Write(_scratch["in"]);
        ProgramRun pack = await CorpusFixture.RunAsync(corpus.SevenZip, _scratch.Path, ["a", .. packOptions, archive, "in"]);
        Assert.Contains("Everything is Ok", pack.Output, StringComparison.Ordinal);
        ProgramRun test = await CorpusFixture.RunAsync(corpus.SevenZip, _scratch.Path, ["t", .. password, archive]);
        Assert.Contains("Everything is Ok", test.Output, StringComparison.Ordinal);
        ProgramRun list = await CorpusFixture.RunAsync(corpus.SevenZip, _scratch.Path, ["l", "-slt", .. password, archive]);
        Assert.Equal(FileCount, list.Output.Split('\n').Count(IsFileOfListing));

        await CorpusFixture.RunAsync(corpus.SevenZip, _scratch.Path, ["x", "-oout", .. password, archive]);
        SampleTree.RequireEqual(_scratch["in"], _scratch["out/in"]);
        await CorpusFixture.RunHostAsync(_scratch.Path, ["7z", "x", "-odebian", .. password, archive]);
        SampleTree.RequireEqual(_scratch["in"], _scratch["debian/in"]);
    }

    [Theory]
    [MemberData(nameof(Archives))]
    public async Task UnpacksWhatDebianPacks(string archive, string[] packOptions, string[] password)
    {
        SampleTree.Write(_scratch["in"]);
        await CorpusFixture.RunHostAsync(_scratch.Path, ["7z", "a", .. packOptions, archive, "in"]);
        await CorpusFixture.RunAsync(corpus.SevenZip, _scratch.Path, ["x", "-oout", .. password, archive]);
        SampleTree.RequireEqual(_scratch["in"], _scratch["out/in"]);
    }

    [Fact]
    public async Task HashesAFile()
    {
        byte[] content = SampleTree.Noise(new Random(7), 3_000_000);
        await File.WriteAllBytesAsync(_scratch["blob.bin"], content);
        ProgramRun run = await CorpusFixture.RunAsync(corpus.SevenZip, _scratch.Path, "h", "-scrcSHA256", "blob.bin");
        Assert.Contains(Convert.ToHexString(SHA256.HashData(content)), run.Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task TellsABrokenArchive()
    {
        await File.WriteAllBytesAsync(_scratch["broken.7z"], SampleTree.Noise(new Random(8), 1000));
        ProgramRun run = await ProgramRunner.RunAsync(PortableVirtCommand.Run([], corpus.SevenZip, ["t", "broken.7z"]), _scratch.Path);
        Assert.True(run.ExitCode == 2, run.Describe());
    }

    private static bool IsFileOfListing(string line) =>
        line.StartsWith("Attributes = ", StringComparison.Ordinal) && !line.StartsWith("Attributes = D", StringComparison.Ordinal);

    public void Dispose() => _scratch.Dispose();
}
