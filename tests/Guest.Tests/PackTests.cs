using PortableVirt.Tests.Support;

namespace PortableVirt.Guest.Tests;

/// <summary>"pvctl pack": the packed program runs alone, in place, and keeps what it changes beside the package.</summary>
[Collection(GuestCollection.Name)]
public sealed class PackTests(GuestFixture fixture)
{
    /// <summary>Bytes that a small program's package may have.</summary>
    private const long SmallPackage = 25_000_000;

    private const string WineFolder = "/usr/lib/x86_64-linux-gnu/wine/x86_64-windows";

    [Fact]
    public async Task APackedProgramRunsInAnEmptyReadOnlyRoot()
    {
        using ScratchFolder scratch = new();
        string program = await fixture.Checks.ProgramAsync("sync");
        string app = await PackAsync(scratch.Path, program);
        Assert.InRange(new FileInfo(app).Length, 1, SmallPackage);
        string root = Path.Combine(scratch.Path, "root");
        string folder = Path.Combine(root, "any folder");
        Directory.CreateDirectory(folder);
        File.Copy(app, Path.Combine(folder, "any name"));
        File.CreateSymbolicLink(Path.Combine(root, "link"), "any folder/any name");
        ProgramRun direct = await ProgramRunner.RunAsync(PortableVirtCommand.Run([], program, []), scratch.Path);
        IReadOnlyList<string> expected = CheckReport.RequireClean(direct).Passed;
        foreach (string name in (string[])["/any folder/any name", "/link"])
        {
            ProgramRun run = await EmptyRoot.RunAsync(root, name);
            Assert.Equal(expected, CheckReport.RequireClean(run).Passed);
        }
    }

    [Fact]
    public async Task TheListOfAnotherProgramIsRefused()
    {
        using ScratchFolder scratch = new();
        string list = Path.Combine(scratch.Path, "x.list");
        await RequireAsync(scratch.Path, PortableVirtCommand.Pvctl, "analyse", "--static", "--output", list, await fixture.Checks.ProgramAsync("sync"));
        string app = Path.Combine(scratch.Path, "app");
        ProgramRun run = await ProgramRunner.RunAsync(
            [PortableVirtCommand.Pvctl, "pack", "--from-analysis", list, "--output", app, await fixture.Checks.ProgramAsync("files")], scratch.Path);
        Assert.Equal(125, run.ExitCode);
        Assert.Contains("another program", run.Error, StringComparison.Ordinal);
        Assert.Equal([list], Directory.GetFiles(scratch.Path));
    }

    [Fact]
    public async Task ChangesAreKeptListedExportedAndReset()
    {
        using ScratchFolder scratch = new();
        Shell shell = await Shell.PackAsync(scratch.Path);
        Assert.Equal("lower", await shell.RunAsync(@"type C:\app\data\low.txt"));
        Assert.Empty(shell.DataFolders);

        Assert.Equal("lower upper", await shell.RunAsync(@"echo upper>>C:\app\data\low.txt & type C:\app\data\low.txt"));
        Assert.Equal("low.txt sub", await shell.RunAsync(@"del C:\app\data\more.txt & dir /b C:\app\data"));
        Assert.Equal("lower upper", await shell.RunAsync(@"type C:\app\data\low.txt"));
        Assert.Equal("low.txt sub", await shell.RunAsync(@"dir /b C:\app\data"));
        Assert.Equal("cmd.exe moved low.txt sub", await shell.RunAsync(@"ren C:\app\data moved & dir /b C:\app & dir /b C:\app\moved"));
        Assert.Equal("new", await shell.RunAsync(@"mkdir C:\app\data & echo new>C:\app\data\new.txt & type C:\app\data\sub\s.txt & type C:\app\data\new.txt"));
        Assert.Equal("sub lower upper", await shell.RunAsync(@"type C:\app\moved\sub\s.txt & type C:\app\moved\low.txt"));

        string[] list = (await RequireAsync(scratch.Path, shell.Environment, PortableVirtCommand.Pvctl, "data", "list", shell.App)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            [@"+ C:\app\data\new.txt", @"+ C:\app\moved\low.txt", @"+ C:\app\moved\sub\s.txt", @"- C:\app\data", @"- C:\app\data\more.txt"],
            list.Select(line => $"{line[0]} {line[(line.LastIndexOf(' ') + 1)..]}").Where(line => line[0] != 'R'));

        string copy = Path.Combine(scratch.Path, "copy");
        await RequireAsync(scratch.Path, shell.Environment, PortableVirtCommand.Pvctl, "data", "export", shell.App, copy);
        await RequireAsync(scratch.Path, shell.Environment, PortableVirtCommand.Pvctl, "data", "reset", shell.App);
        Assert.Empty(shell.DataFolders);
        Assert.Equal("low.txt more.txt sub lower", await shell.RunAsync(@"dir /b C:\app\data & type C:\app\data\low.txt"));
        Assert.Equal("lower upper", await shell.RunAsync(@"type C:\app\moved\low.txt", "--portablevirt-data", copy));
    }

    [Fact]
    public async Task ACrashedNoteOfADeletionHidesNothing()
    {
        using ScratchFolder scratch = new();
        Shell shell = await Shell.PackAsync(scratch.Path);
        await shell.RunAsync(@"del C:\app\data\more.txt");
        string data = Assert.Single(shell.DataFolders);
        await File.AppendAllTextAsync(Path.Combine(data, "deleted"), "app/data/lo");
        await File.WriteAllTextAsync(Path.Combine(data, "copy-up-1-1.new"), "half");
        Assert.Equal("low.txt sub", await shell.RunAsync(@"dir /b C:\app\data"));
        Assert.Equal("sub", await shell.RunAsync(@"del C:\app\data\low.txt & dir /b C:\app\data"));
        Assert.Equal("app/data/more.txt\napp/data/low.txt\n", await File.ReadAllTextAsync(Path.Combine(data, "deleted")));
        Assert.Empty(Directory.GetFiles(data, "*.new"));
    }

    [Fact]
    public async Task CopiesOfAPackageAreCheckedOnceEach()
    {
        using ScratchFolder scratch = new();
        Shell shell = await Shell.PackAsync(scratch.Path);
        string app = shell.App;
        string copy = scratch["copy"];
        File.Copy(app, copy);
        foreach (string file in (string[])[app, copy])
        {
            shell.App = file;
            Assert.Equal("x", await shell.RunAsync("echo x"));
        }
        string note = Assert.Single(Directory.GetFiles(Path.Combine(scratch["home"], ".cache", "portablevirt", "checked")));
        string noted = await File.ReadAllTextAsync(note);
        Assert.Equal(2, noted.Split('\n').Distinct(StringComparer.Ordinal).Count());
        shell.App = app;
        Assert.Equal("x", await shell.RunAsync("echo x"));
        Assert.Equal(noted, await File.ReadAllTextAsync(note));
        File.SetLastWriteTimeUtc(app, DateTime.UnixEpoch);
        Assert.Equal("x", await shell.RunAsync("echo x"));
        Assert.Equal(3, (await File.ReadAllTextAsync(note)).Split('\n').Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task ASecondCopyLeavesTheStateOfTheFirstAlone()
    {
        using ScratchFolder scratch = new();
        Shell shell = await Shell.PackAsync(scratch.Path);
        await shell.RunAsync(@"echo first>C:\app\first.txt");
        string data = Assert.Single(shell.DataFolders);
        using (FileStream held = new(Path.Combine(data, "lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.Equal("first", await shell.RunAsync(@"type C:\app\first.txt"));
            ProgramRun run = await shell.StartAsync(@"echo second>C:\app\first.txt & type C:\app\first.txt");
            Assert.Equal("second", Shell.Words(run.Output));
            Assert.Contains("another copy", run.Error, StringComparison.Ordinal);
            ProgramRun reset = await ProgramRunner.RunAsync([PortableVirtCommand.Pvctl, "data", "reset", shell.App], scratch.Path, shell.Environment);
            Assert.Equal(125, reset.ExitCode);
            Assert.Contains("is in use", reset.Error, StringComparison.Ordinal);
        }
        Assert.Equal("first", await shell.RunAsync(@"type C:\app\first.txt"));
    }

    [Fact]
    public async Task AHomeThatCannotBeWrittenCostsTheChangesAlone()
    {
        using ScratchFolder scratch = new();
        Shell shell = await Shell.PackAsync(scratch.Path);
        Dictionary<string, string?> environment = new(shell.Environment, StringComparer.Ordinal) { ["HOME"] = "/proc/nowhere" };
        ProgramRun run = await shell.StartAsync(@"echo x>C:\app\x.txt & type C:\app\x.txt", environment);
        Assert.Equal("x", Shell.Words(run.Output));
        Assert.Contains("go with this run", run.Error, StringComparison.Ordinal);
        ProgramRun asked = await ProgramRunner.RunAsync([shell.App, "--portablevirt-data", "/proc/nowhere", "/c", "ver"], scratch.Path, environment);
        Assert.Equal(125, asked.ExitCode);
        Assert.Contains("/proc/nowhere", asked.Error, StringComparison.Ordinal);
        ProgramRun wrong = await ProgramRunner.RunAsync([shell.App, "--portablevirt-nonsense", "/c", "ver"], scratch.Path, shell.Environment);
        Assert.Equal(125, wrong.ExitCode);
        Assert.Contains("--portablevirt-grant", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DamageIsNamedBeforeTheProgramRuns()
    {
        using ScratchFolder scratch = new();
        Shell shell = await Shell.PackAsync(scratch.Path);
        Assert.Equal("lower", await shell.RunAsync(@"type C:\app\data\low.txt"));
        byte[] good = await File.ReadAllBytesAsync(shell.App);
        const string name = "program/data/low.txt";
        int text = good.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(name + "lower\n")) + name.Length;
        await WriteAsync([.. good[..text], .. "LOWER\n"u8, .. good[(text + 6)..]]);
        await RequireRefusedAsync("program/data/low.txt is not what was packed");
        await WriteAsync(good[..(good.Length - 100)]);
        await RequireRefusedAsync("damaged");
        await WriteAsync([.. good, 0]);
        await RequireRefusedAsync("damaged");
        int manifest = good.AsSpan().IndexOf("PortableVirt Package 1\n"u8);
        byte[] newer = (byte[])good.Clone();
        newer[manifest + "PortableVirt Package ".Length] = (byte)'2';
        await WriteAsync(newer);
        await RequireRefusedAsync("manifest");
        await WriteAsync(good);
        Assert.Equal("lower", await shell.RunAsync(@"type C:\app\data\low.txt"));

        async Task WriteAsync(byte[] bytes)
        {
            UnixFileMode mode = File.GetUnixFileMode(shell.App);
            File.Delete(shell.App);
            await File.WriteAllBytesAsync(shell.App, bytes);
            File.SetUnixFileMode(shell.App, mode);
        }

        async Task RequireRefusedAsync(string part)
        {
            ProgramRun run = await shell.StartAsync("ver");
            Assert.Equal(125, run.ExitCode);
            Assert.Contains(part, run.Error, StringComparison.Ordinal);
            Assert.Equal("", run.Output);
        }
    }

    [Fact]
    public async Task SignaturesAreAskedOfTheTrustStore()
    {
        using ScratchFolder scratch = new();
        Shell shell = await Shell.PackAsync(scratch.Path);
        string key = Path.Combine(scratch.Path, "key.pem");
        string open = Path.Combine(scratch.Path, "key.pub");
        await File.WriteAllTextAsync(open, (await PvctlAsync("trust", "create", key)).Output);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        string unsigned = shell.App;
        shell.App = Path.Combine(scratch.Path, "signed");
        await PvctlAsync("pack", "--from-analysis", shell.List, "--files", "data/**", "--sign", key, "--output", shell.App, shell.Program);

        // With an empty store everything runs that is not wrong.
        Assert.Equal("", (await shell.StartAsync("ver")).Error);
        await PvctlAsync("trust", "policy", "unknown", "deny");
        await RequireRefusedAsync("not in the trust store");
        await PvctlAsync("trust", "add", "us", open);
        Assert.Contains("us ", (await PvctlAsync("trust", "list")).Output, StringComparison.Ordinal);
        Assert.Equal("", (await shell.StartAsync("ver")).Error);
        Assert.Contains("signed by us", (await RequireAsync(scratch.Path, shell.Environment, shell.App, "--portablevirt-check")).Output, StringComparison.Ordinal);

        Forge(shell.App);
        await RequireRefusedAsync("signature is wrong");
        await PvctlAsync("trust", "policy", "unsigned", "deny");
        shell.App = unsigned;
        await RequireRefusedAsync("is not signed");
        await PvctlAsync("trust", "remove", "us");
        await PvctlAsync("trust", "policy", "unsigned", "allow");
        Assert.Equal("", (await shell.StartAsync("ver")).Error);

        Task<ProgramRun> PvctlAsync(params string[] words) => RequireAsync(scratch.Path, shell.Environment, [PortableVirtCommand.Pvctl, .. words]);

        async Task RequireRefusedAsync(string part)
        {
            ProgramRun run = await shell.StartAsync("ver");
            Assert.Equal(125, run.ExitCode);
            Assert.Contains(part, run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task ThePackageTellsWhatItHolds()
    {
        using ScratchFolder scratch = new();
        string program = Path.Combine(scratch.Path, "notepad.exe");
        File.Copy(Path.Combine(WineFolder, "notepad.exe"), program);
        string app = Path.Combine(scratch.Path, "app");
        string again = Path.Combine(scratch.Path, "again");
        await RequireAsync(scratch.Path, PortableVirtCommand.Pvctl, "pack", "--output", app, program);
        await RequireAsync(scratch.Path, PortableVirtCommand.Pvctl, "pack", "--output", again, program);
        Assert.Equal(await File.ReadAllBytesAsync(app), await File.ReadAllBytesAsync(again));
        string[] names = (await RequireAsync(scratch.Path, "unzip", "-Z1", app)).Output.Split('\n');
        Assert.Superset(
            new HashSet<string>(["portablevirt/manifest", "portablevirt/icon.png", "licences/libwine", "licences/dotnet", "licences/portablevirt", "program/notepad.exe"]),
            new HashSet<string>(names));
        // The runner has no part of Google.Protobuf.
        Assert.DoesNotContain("licences/protobuf", names);
        string ownLicence = (await RequireAsync(scratch.Path, "unzip", "-p", app, "licences/portablevirt")).Output.TrimEnd().Split('\n')[^1];
        Assert.Contains("have not chosen a licence yet", ownLicence, StringComparison.Ordinal);
        string info = (await RequireAsync(scratch.Path, PortableVirtCommand.Pvctl, "info", app)).Output;
        Assert.Contains(ownLicence, info, StringComparison.Ordinal);
        Assert.Contains("of dotnet, iced, libwine, portablevirt (", info, StringComparison.Ordinal);
        Assert.Contains("No errors", (await RequireAsync(scratch.Path, "unzip", "-tq", app)).Output, StringComparison.Ordinal);
        string manifest = (await RequireAsync(scratch.Path, "unzip", "-p", app, "portablevirt/manifest")).Output;
        Assert.Matches(@"(?m)^origin system/ntdll\.dll: libwine \d.*reduced from \d+ bytes sha256:[0-9a-f]{64}$", manifest);
        Assert.Matches("ELF 64-bit.*x86-64", (await RequireAsync(scratch.Path, "file", app)).Output);
    }

    /// <summary>Changes a digit of the signature and makes the checksums fit, as somebody would who wants it unnoticed.</summary>
    private static void Forge(string app)
    {
        byte[] file = File.ReadAllBytes(app);
        ReadOnlySpan<byte> start = "PortableVirt Signature 1\n"u8;
        int at = file.AsSpan().IndexOf(start);
        int length = file.AsSpan(at + start.Length).IndexOf((byte)'\n') + start.Length + 1;
        byte[] old = BitConverter.GetBytes(Crc(file.AsSpan(at, length)));
        int digit = at + length - 5;
        file[digit] = file[digit] == (byte)'0' ? (byte)'1' : (byte)'0';
        byte[] fresh = BitConverter.GetBytes(Crc(file.AsSpan(at, length)));
        for (int found; (found = file.AsSpan().IndexOf(old)) >= 0;)
        {
            fresh.CopyTo(file, found);
        }
        UnixFileMode mode = File.GetUnixFileMode(app);
        File.Delete(app);
        File.WriteAllBytes(app, file);
        File.SetUnixFileMode(app, mode);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xedb88320 : crc >> 1;
            }
        }
        return ~crc;
    }

    private static async Task<string> PackAsync(string folder, string program)
    {
        string list = Path.Combine(folder, "x.list");
        string app = Path.Combine(folder, "app");
        await RequireAsync(folder, PortableVirtCommand.Pvctl, "analyse", "--output", list, program);
        await RequireAsync(folder, PortableVirtCommand.Pvctl, "pack", "--from-analysis", list, "--output", app, program);
        return app;
    }

    private static Task<ProgramRun> RequireAsync(string folder, params string[] command) => RequireAsync(folder, null, command);

    private static async Task<ProgramRun> RequireAsync(string folder, IReadOnlyDictionary<string, string?>? environment, params string[] command)
    {
        ProgramRun run = await ProgramRunner.RunAsync(command, folder, environment);
        Assert.True(run is { ExitCode: 0, TimedOut: false }, run.Describe());
        return run;
    }

    /// <summary>libwine's cmd.exe in a package, with files beside it and a home folder of its own.</summary>
    private sealed class Shell
    {
        private readonly string _folder;
        private readonly string _dataRoot;

        private Shell(string folder)
        {
            _folder = folder;
            Program = Path.Combine(folder, "program", "cmd.exe");
            List = Path.Combine(folder, "cmd.list");
            App = Path.Combine(folder, "cmd");
            string home = Path.Combine(folder, "home");
            _dataRoot = Path.Combine(home, ".local", "share", "portablevirt");
            Environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["HOME"] = home, ["XDG_DATA_HOME"] = null, ["XDG_CACHE_HOME"] = null, ["XDG_CONFIG_HOME"] = null };
            Directory.CreateDirectory(home);
        }

        public string Program { get; }

        public string List { get; }

        public string App { get; set; }

        /// <summary>Folders with changes of packages of this program.</summary>
        public string[] DataFolders => Directory.Exists(_dataRoot) ? Directory.GetDirectories(_dataRoot, "cmd-*") : [];

        public IReadOnlyDictionary<string, string?> Environment { get; }

        public static async Task<Shell> PackAsync(string folder)
        {
            Shell shell = new(folder);
            string data = Path.Combine(folder, "program", "data", "sub");
            Directory.CreateDirectory(data);
            File.Copy(Path.Combine(WineFolder, "cmd.exe"), shell.Program);
            await File.WriteAllTextAsync(Path.Combine(data, "..", "low.txt"), "lower\n");
            await File.WriteAllTextAsync(Path.Combine(data, "..", "more.txt"), "more\n");
            await File.WriteAllTextAsync(Path.Combine(data, "s.txt"), "sub\n");
            await RequireAsync(folder, shell.Environment, PortableVirtCommand.Pvctl, "analyse", "--output", shell.List, shell.Program, "/c", "ver");
            await RequireAsync(folder, shell.Environment, PortableVirtCommand.Pvctl, "pack", "--from-analysis", shell.List, "--files", "data/**", "--output", shell.App, shell.Program);
            return shell;
        }

        /// <summary>What a command line prints, its words with single spaces between.</summary>
        public async Task<string> RunAsync(string line, params string[] options)
        {
            ProgramRun run = await RequireAsync(_folder, Environment, [App, .. options, "/c", line]);
            return Words(run.Output);
        }

        public Task<ProgramRun> StartAsync(string line, IReadOnlyDictionary<string, string?>? environment = null) =>
            ProgramRunner.RunAsync([App, "/c", line], _folder, environment ?? Environment);

        public static string Words(string text) => string.Join(' ', text.Split([' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
    }
}
