using PortableVirt.Tests.Support;

namespace PortableVirt.Corpus.Tests;

/// <summary>Programs that need something special of the system: the clipboard, shell classes, functions that libwine lacks.</summary>
[Collection(CorpusCollection.Name)]
public sealed class SystemProgramTests(CorpusFixture corpus) : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    /// <inheritdoc/>
    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task WhatOneProgramCopiesAnotherPastes()
    {
        await CorpusFixture.RunHostAsync(_scratch.Path, "bash", "-c", Redirected("--copy <<< 'text of the first'"));
        ProgramRun paste = await CorpusFixture.RunHostAsync(_scratch.Path, "bash", "-c", Redirected("--paste"));
        Assert.Equal("text of the first", paste.Output.Trim());
    }

    [Fact]
    public async Task ANotificationIsReported()
    {
        ProgramRun run = await ProgramRunner.RunAsync(PortableVirtCommand.Run([], corpus.Notifu, ["/m", "the text", "/p", "the title", "/d", "100"]), _scratch.Path);
        const int notSupported = 5;
        Assert.True(run.ExitCode is > 0 and < notSupported, run.Describe());
        Assert.Contains("notification: the title: the text", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ANativeImageOfGraalVmCompiles()
    {
        await File.WriteAllTextAsync(_scratch["a.js"], "function unused(a){return a+1}\nfunction add(x,y){return x+y}\nconsole.log(add(2,3));\n");
        await CorpusFixture.RunAsync(corpus.Closure, _scratch.Path, "-O", "ADVANCED", "--js", "a.js", "--js_output_file", "o.js");
        Assert.Equal("console.log(5);", (await File.ReadAllTextAsync(_scratch["o.js"])).Trim());
    }

    private string Redirected(string arguments) => string.Join(' ', PortableVirtCommand.Run([], corpus.Clipboard, []).Select(word => $"'{word}'")) + " " + arguments;
}
