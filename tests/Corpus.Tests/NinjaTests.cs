using System.Text;
using PortableVirt.Tests.Support;

namespace PortableVirt.Corpus.Tests;

/// <summary>ninja.exe builds a graph of targets by starting cmd.exe for each, and builds nothing the second time.</summary>
[Collection(CorpusCollection.Name)]
public sealed class NinjaTests(CorpusFixture corpus) : IDisposable
{
    private const int Targets = 20;
    private readonly ScratchFolder _scratch = new();

    [Fact]
    public async Task ShowsItsVersion()
    {
        ProgramRun run = await CorpusFixture.RunAsync(corpus.Ninja, _scratch.Path, "--version");
        Assert.Matches(@"^\d+\.\d+", run.Output);
    }

    [Fact]
    public async Task BuildsOnce()
    {
        StringBuilder rules = new("rule copy\n  command = cmd.exe /c \"type $in > $out\"\n");
        for (int target = 0; target < Targets; target++)
        {
            string input = target % 3 == 0 && target > 0 ? $"out{target / 3}" : "source";
            rules.Append(System.Globalization.CultureInfo.InvariantCulture, $"build out{target}.txt: copy {input}.txt\n");
        }

        await File.WriteAllTextAsync(_scratch["build.ninja"], rules.ToString());
        await File.WriteAllTextAsync(_scratch["source.txt"], "copied by cmd.exe\n");
        ProgramRun first = await CorpusFixture.RunAsync(corpus.Ninja, _scratch.Path, "-j2");
        Assert.Contains($"[{Targets}/{Targets}]", first.Output, StringComparison.Ordinal);
        for (int target = 0; target < Targets; target++)
        {
            Assert.Equal("copied by cmd.exe\n", await File.ReadAllTextAsync(_scratch[$"out{target}.txt"]));
        }

        ProgramRun second = await CorpusFixture.RunAsync(corpus.Ninja, _scratch.Path, "-j2", "--verbose");
        Assert.Contains("no work to do", second.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _scratch.Dispose();
}
