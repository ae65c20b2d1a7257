using PortableVirt.Desktop.Entries;
using PortableVirt.Tests.Support;

namespace PortableVirt.Cli.Tests.Links;

/// <summary>.exe files in a fake home folder.</summary>
public sealed class ExeFilesTests : IDisposable
{
    private const string Pvctl = "/opt/my \"pv\" 100%/pvctl";
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task AreOfferedAndUndoneWithoutARest()
    {
        Assert.True(ProgramRunner.IsOnPath("desktop-file-validate"), "desktop-file-utils is not installed: packaging/deps.sh --tests installs it");
        ExeFiles files = Make(new MimeDatabase([]));
        IReadOnlyList<string> written = files.Register(Pvctl);
        Assert.All(written, f => Assert.True(File.Exists(f), f));
        Assert.Equal(written.Order(), files.Present.Order());
        string entry = written.Single(f => f.EndsWith(".desktop", StringComparison.Ordinal));
        ProgramRun valid = await ProgramRunner.RunAsync(["desktop-file-validate", entry], _scratch.Path);
        Assert.True(valid is { ExitCode: 0, Output: "" }, valid.Describe());
        string cache = await File.ReadAllTextAsync(_scratch["data/applications/mimeinfo.cache"]);
        Assert.Contains($"{files.Type}=portablevirt.desktop", cache, StringComparison.Ordinal);
        Assert.Equal(files.Type, new MimeDatabase([_scratch["data"]]).Find("exe"));
        Assert.Equal(written.Count, files.Unregister().Count);
        Assert.False(Directory.Exists(_scratch["data/applications"]) || Directory.Exists(_scratch["data/mime"]) || Directory.Exists(_scratch["data/icons"]));
    }

    [Fact]
    public void ATypeThatTheComputerKnowsIsKept()
    {
        Directory.CreateDirectory(_scratch["computer/mime"]);
        File.WriteAllText(_scratch["computer/mime/globs2"], "50:application/x-ms-dos-executable:*.exe\n");
        ExeFiles files = Make(new MimeDatabase([_scratch["computer"]]));
        IReadOnlyList<string> written = files.Register(Pvctl);
        Assert.Equal("application/x-ms-dos-executable", files.Type);
        Assert.DoesNotContain(written, f => f.EndsWith(".xml", StringComparison.Ordinal));
        Assert.Contains(written, f => f.EndsWith("mimetypes/application-x-ms-dos-executable.svg", StringComparison.Ordinal));
    }

    [Fact]
    public void OnlyWhatIsDifferentIsWritten()
    {
        ExeFiles files = Make(new MimeDatabase([]));
        IReadOnlyList<string> written = files.Register(Pvctl);
        DateTime old = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        foreach (string file in written)
        {
            File.SetLastWriteTimeUtc(file, old);
        }
        files.Register(Pvctl);
        Assert.All(written, f => Assert.Equal(old, File.GetLastWriteTimeUtc(f)));
        files.Register("/usr/bin/pvctl");
        string changed = Assert.Single(written, f => File.GetLastWriteTimeUtc(f) != old);
        Assert.Contains("Exec=\"/usr/bin/pvctl\" open --desktop -- %f\n", File.ReadAllText(changed), StringComparison.Ordinal);
    }

    [Fact]
    public void TheUsersDecisionIsKept()
    {
        Assert.True(Make(new MimeDatabase([])).IsWanted);
        Make(new MimeDatabase([])).Decide(true);
        Make(new MimeDatabase([])).Decide(false);
        Assert.False(Make(new MimeDatabase([])).IsWanted);
        Make(new MimeDatabase([])).Decide(true);
        Assert.True(Make(new MimeDatabase([])).IsWanted);
    }

    private ExeFiles Make(MimeDatabase computer) => new(_scratch["data"], _scratch["config"], computer);
}
