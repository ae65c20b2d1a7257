using PortableVirt.Appliance.Icons;
using PortableVirt.Cli.Links;
using PortableVirt.Desktop.Entries;
using PortableVirt.Tests.Support;

namespace PortableVirt.Cli.Tests.Links;

/// <summary>Links in a fake home folder, checked with the tools of the desktop where they are installed.</summary>
public sealed class DesktopLinksTests : IDisposable
{
    private static readonly string s_id = new('a', 64);
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("/opt/app", "App")]
    [InlineData("/opt/my \"best\" 100% $HOME `x` \\ app", "-rf \"quoted\" 100% \\")]
    [InlineData("/opt/line\nfeed", "line\nfeed=x\nExec=evil")]
    [InlineData("/opt/Größe/程序", "  Größe 程序 😀")]
    [InlineData("/opt/-x", "[Desktop Entry]")]
    public async Task EntriesAreValidAndUndone(string package, string name)
    {
        Assert.True(ProgramRunner.IsOnPath("desktop-file-validate"), "desktop-file-utils is not installed: packaging/deps.sh --tests installs it");
        DesktopLinks links = new(_scratch.Path);
        IReadOnlyList<string> files = links.Write(Program(package, name), ["shw", "text/plain"], new MimeDatabase([_scratch.Path]));
        Assert.Equal(4, files.Count);
        Assert.All(files, f => Assert.True(File.Exists(f), f));
        ProgramRun valid = await ProgramRunner.RunAsync(["desktop-file-validate", files[^1]], _scratch.Path);
        Assert.True(valid is { ExitCode: 0, Output: "" }, valid.Describe());
        string text = await File.ReadAllTextAsync(files[^1]);
        Assert.Equal((s_id, package), DesktopEntry.Owner(text));
        Assert.Contains("MimeType=application/x-portablevirt-shw;text/plain;\n", text, StringComparison.Ordinal);
        Assert.Single(text.Split('\n'), l => l.StartsWith("Exec=", StringComparison.Ordinal));
        Assert.Equal(files.Count, links.Remove(package, null).Count);
        Assert.Empty(Directory.GetFileSystemEntries(_scratch.Path));
    }

    /// <summary>What a desktop makes of the Exec key, by the specification's rules, is the path again.</summary>
    [Fact]
    public async Task TheShellWordsOfExecAreTheCommand()
    {
        string package = "/opt/a b\"c'd$e`f\\g%h/ü";
        DesktopLinks links = new(_scratch.Path);
        string text = await File.ReadAllTextAsync(links.Write(Program(package, "x"), [], new MimeDatabase([]))[^1]);
        string exec = DesktopText.Unescape(text.Split('\n').Single(l => l.StartsWith("Exec=", StringComparison.Ordinal))["Exec=".Length..]);
        ProgramRun run = await ProgramRunner.RunAsync(["sh", "-c", "printf '%s\\n' " + exec.Replace("%%", "%", StringComparison.Ordinal)], _scratch.Path);
        Assert.Equal([package, "--portablevirt-documents", "%F", ""], run.Output.Split('\n'));
    }

    [Fact]
    public void AMovedOrRepackedProgramHasOneLink()
    {
        DesktopLinks links = new(_scratch.Path);
        MimeDatabase none = new([]);
        links.Write(Program("/opt/one", "x"), [], none);
        links.Write(Program("/opt/two", "x"), [], none);
        Assert.Single(Entries());
        links.Write(Program("/opt/two", "x") with { Id = new string('b', 64) }, [], none);
        Assert.Contains("TryExec=/opt/two\n", File.ReadAllText(Assert.Single(Entries())), StringComparison.Ordinal);
        links.Write(Program("/opt/three", "y") with { Id = new string('c', 64) }, [], none);
        Assert.Equal(2, Entries().Length);
    }

    [Fact]
    public void OthersFilesStay()
    {
        string other = _scratch["applications/portablevirt-other.desktop"];
        string cache = _scratch["applications/mimeinfo.cache"];
        string icon = _scratch["icons/hicolor/48x48/apps/other.png"];
        foreach (string file in (string[])[other, icon])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, "[Desktop Entry]\n");
        }
        DesktopLinks links = new(_scratch.Path);
        links.Write(Program("/opt/one", "x"), ["shw"], new MimeDatabase([]));
        links.Remove("/opt/one", null);
        Assert.True(File.Exists(other) && File.Exists(icon));
        Assert.Empty(Directory.GetFiles(_scratch.Path, "*", SearchOption.AllDirectories).Except([other, cache, icon]));
        Assert.Empty(links.Remove("/opt/one", null));
    }

    private static LinkedProgram Program(string package, string name) => new()
    {
        Package = package,
        Id = s_id,
        Name = name,
        Comment = "",
        Version = "",
        IsConsole = true,
        Icons = [new IconImage(48, PngWriter.Write(48, 48, new byte[48 * 48 * 4])), new IconImage(10, PngWriter.Write(10, 10, new byte[400])), new IconImage(300, PngWriter.Write(300, 300, new byte[360000]))],
        Extensions = [],
    };

    private string[] Entries() => Directory.GetFiles(_scratch["applications"], "*.desktop");
}
