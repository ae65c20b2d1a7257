using System.Text.RegularExpressions;
using PortableVirt.Tests.Support;

namespace PortableVirt.Corpus.Tests;

/// <summary>rg.exe searches a tree with several threads and finds what .NET's own regular expressions find.</summary>
[Collection(CorpusCollection.Name)]
public sealed class RipgrepTests(CorpusFixture corpus) : IDisposable
{
    private const string Pattern = "(kilo|papa) (echo|mike)";
    private readonly ScratchFolder _scratch = new();

    [Fact]
    public async Task ShowsItsVersion()
    {
        ProgramRun run = await CorpusFixture.RunAsync(corpus.Ripgrep, _scratch.Path, "--version");
        Assert.StartsWith("ripgrep ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CountsMatchingLines()
    {
        Random random = new(11);
        List<string> expected = [];
        for (int index = 0; index < 40; index++)
        {
            string name = $"folder{index % 5}/text{index}.txt";
            byte[] text = SampleTree.Text(random, 5000 + index);
            Directory.CreateDirectory(Path.GetDirectoryName(_scratch[name])!);
            await File.WriteAllBytesAsync(_scratch[name], text);
            int lines = System.Text.Encoding.ASCII.GetString(text).Split('\n').Count(line => Regex.IsMatch(line, Pattern));
            if (lines > 0)
            {
                expected.Add($"{name.Replace('/', '\\')}:{lines}");
            }
        }

        ProgramRun run = await CorpusFixture.RunAsync(corpus.Ripgrep, _scratch.Path, "-c", "--sort", "path", Pattern, "folder0", "folder1", "folder2", "folder3", "folder4");
        Assert.Equal(expected.Order(StringComparer.Ordinal), run.Output.Trim().Split('\n').Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task WritesJson()
    {
        Directory.CreateDirectory(_scratch["below"]);
        await File.WriteAllTextAsync(_scratch["a.txt"], "one\nneedle two\nthree\n");
        await File.WriteAllTextAsync(_scratch["below/b.txt"], "x needle\n");
        ProgramRun run = await CorpusFixture.RunAsync(corpus.Ripgrep, _scratch.Path, "--json", "--sort", "path", "-j2", "needle", ".");
        Assert.Contains("\"line_number\":2", run.Output, StringComparison.Ordinal);
        Assert.Contains("\"submatches\":[{\"match\":{\"text\":\"needle\"}", run.Output, StringComparison.Ordinal);
        Assert.Contains("\"matches\":2", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EndsWithOneWhereNothingMatches()
    {
        await File.WriteAllTextAsync(_scratch["a.txt"], "nothing here\n");
        ProgramRun run = await ProgramRunner.RunAsync(PortableVirtCommand.Run([], corpus.Ripgrep, ["needle", "a.txt"]), _scratch.Path);
        Assert.True(run is { ExitCode: 1, Output: "" }, run.Describe());
    }

    public void Dispose() => _scratch.Dispose();
}
