using System.Text.Json;
using PortableVirt.Tests.Support;

namespace PortableVirt.Guest.Tests;

/// <summary>Packed programs start from their launch image, and what belongs to a start is made of that start.</summary>
[Collection(GuestCollection.Name)]
public sealed class LaunchImageTests(GuestFixture fixture)
{
    private const string Stats = "--portablevirt-stats";
    private const string StatsPrefix = "portablevirt-stats: ";

    [Theory]
    [InlineData("process_info", false)]
    [InlineData("threads", false)]
    [InlineData("memory", false)]
    [InlineData("loader", false)]
    [InlineData("exceptions", false)]
    [InlineData("registry", false)]
    [InlineData("cxx_exceptions", false)]
    [InlineData("process_info", true)]
    [InlineData("threads", true)]
    [InlineData("memory", true)]
    [InlineData("loader", true)]
    [InlineData("exceptions", true)]
    [InlineData("registry", true)]
    [InlineData("cxx_exceptions", true)]
    public async Task APackedProgramPassesItsChecksFromItsImage(string name, bool deep)
    {
        using ScratchFolder scratch = new();
        string program = await fixture.Checks.ProgramAsync(name);
        string[] files = name == "loader" ? ["--files", "dll_loader.dll"] : [];
        string app = await PackAsync(scratch.Path, program, deep ? ["--deep", .. files] : files);
        ProgramRun run = await ProgramRunner.RunAsync([app, Stats], scratch.Path);
        ProgramRun direct = await ProgramRunner.RunAsync(PortableVirtCommand.Run([], program, []), scratch.Path);
        Assert.Equal(CheckReport.RequireClean(direct).Passed, CheckReport.RequireClean(run).Passed);
        Assert.True(StartedFromImage(run), run.Describe());
        Assert.Equal(deep, StartedFromDeepImage(run));
    }

    [Fact]
    public async Task AStartThatADeepImageIsNotForTakesTheOrdinaryOneWithoutAWord()
    {
        using ScratchFolder scratch = new();
        string app = await PackAsync(scratch.Path, await fixture.Checks.ProgramAsync("launch_start"), "--deep");
        string zone = TimeZoneInfo.Local.BaseUtcOffset == TimeSpan.FromHours(9) ? "UTC" : "Asia/Tokyo";
        foreach ((string[] arguments, string? value, bool isDeep) in new[] { ((string[])[], (string?)null, true), (["ü"], null, false), ([new string('x', 3000)], null, false), ([], zone, true) })
        {
            Dictionary<string, string?> environment = value is null ? [] : new() { ["TZ"] = value };
            ProgramRun run = await ProgramRunner.RunAsync([app, Stats, .. arguments], scratch.Path, environment);
            Assert.True(run.ExitCode == 0 && StartedFromImage(run) && StartedFromDeepImage(run) == isDeep, run.Describe());
            Assert.DoesNotContain("is not used", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task AStartWithAConsoleTakesTheDeepImage()
    {
        using ScratchFolder scratch = new();
        string program = await fixture.Checks.ProgramAsync("launch_start");
        string app = await PackAsync(scratch.Path, program, "--deep");
        foreach (string standard in (string[])["", "</dev/null", "| cat"])
        {
            ProgramRun packed = await OnTerminalAsync($"{app} {Stats} {standard}");
            ProgramRun direct = await OnTerminalAsync($"{string.Join(' ', PortableVirtCommand.Run([], program, []))} {standard}");
            string stats = packed.Output.Split('\n').Single(line => line.Contains(StatsPrefix, StringComparison.Ordinal));
            Assert.True(standard == "| cat" || packed.Output.IndexOf("\nids ", StringComparison.Ordinal) is > 0 and int last && last < packed.Output.IndexOf(StatsPrefix, StringComparison.Ordinal), packed.Describe());
            Assert.Contains("\"deepLaunchImage\":true", stats, StringComparison.Ordinal);
            Assert.NotEmpty(CheckReport.Parse(packed.Output).Passed);
            Assert.Equal(CheckReport.Parse(direct.Output).Passed, CheckReport.Parse(packed.Output).Passed);
        }
        Task<ProgramRun> OnTerminalAsync(string command) => ProgramRunner.RunAsync(["script", "-qec", command, "/dev/null"], scratch.Path);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task EveryStartHasItsOwnArgumentsEnvironmentFolderTimeAndCookie(bool deep)
    {
        using ScratchFolder scratch = new();
        string program = await WithCookieAsync(scratch.Path);
        string app = await PackAsync(scratch.Path, program, deep ? ["--deep"] : []);
        string first = Directory.CreateDirectory(Path.Combine(scratch.Path, "one")).FullName;
        string second = Directory.CreateDirectory(Path.Combine(scratch.Path, "two words")).FullName;
        string[] words = ["a b", "\"quoted\"", "ü", ""];
        string large = new('x', 20_000);
        foreach ((string folder, string[] arguments, string value, string zone) in new[] { (first, (string[])[], "1", "UTC"), (second, words, large, "Asia/Tokyo"), (first, [large], "ü", "America/New_York") })
        {
            Dictionary<string, string?> environment = new() { ["LAUNCH_VALUE"] = value, ["TZ"] = zone };
            ProgramRun packed = await ProgramRunner.RunAsync([app, Stats, .. arguments], folder, environment);
            ProgramRun direct = await ProgramRunner.RunAsync(PortableVirtCommand.Run([], program, arguments), folder, environment);
            Assert.True(packed.ExitCode == 0 && direct.ExitCode == 0, packed.Describe() + direct.Describe());
            Assert.True(StartedFromImage(packed), packed.Describe());
            Assert.Equal(Lines(direct, "time ", "cookie "), Lines(packed, "time ", "cookie "));
            Assert.InRange(long.Parse(Line(packed, "time "), null), DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 60, DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 60);
        }
        Assert.NotEqual("2b992ddfa232", Line(await ProgramRunner.RunAsync([app], first), "cookie "));
        Assert.NotEqual(Line(await ProgramRunner.RunAsync([app], first), "cookie "), Line(await ProgramRunner.RunAsync([app], first), "cookie "));
    }

    [Fact]
    public async Task AStaleImageIsNotUsedAndThatIsSaidOnce()
    {
        using ScratchFolder scratch = new();
        string app = await PackAsync(scratch.Path, await fixture.Checks.ProgramAsync("launch_start"));
        string data = Directory.CreateDirectory(Path.Combine(scratch.Path, "data")).FullName;
        await File.WriteAllTextAsync(Path.Combine(data, "user.reg"), "PortableVirt Registry 1\n\n[\\REGISTRY\\USER\\S-1-5-21-0-0-0-1000\\Software\\Wine]\n");
        ProgramRun run = await ProgramRunner.RunAsync([app, Stats, "--portablevirt-data", data], scratch.Path);
        Assert.Equal(0, run.ExitCode);
        Assert.False(StartedFromImage(run), run.Describe());
        Assert.Equal(1, run.Error.Split('\n').Count(line => line.Contains("the launch image is not used, the start takes longer: the registry has changed since it was made", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task AFileThatAnOverlayChangedDoesNotComeFromTheImage()
    {
        using ScratchFolder scratch = new();
        string program = await fixture.Checks.ProgramAsync("launch_start");
        string app = await PackAsync(scratch.Path, program);
        string data = Directory.CreateDirectory(Path.Combine(scratch.Path, "data")).FullName;
        string folder = Directory.CreateDirectory(Path.Combine(data, "drive_c", "app")).FullName;
        ProgramRun run = await ProgramRunner.RunAsync([app, Stats, "--portablevirt-data", data], scratch.Path);
        Assert.True(run.ExitCode == 0 && StartedFromImage(run), run.Describe());
        File.Copy(program, Path.Combine(folder, "launch_start.exe"));
        run = await ProgramRunner.RunAsync([app, Stats, "--portablevirt-data", data], scratch.Path);
        Assert.True(run.ExitCode == 0 && !StartedFromImage(run), run.Describe());
        Assert.Contains(@"\app\launch_start.exe has changed since it was made", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("function deny", "function_denied")]
    [InlineData("", "function_given")]
    public async Task LookupsAreWatchedAsThePolicySays(string rules, string group)
    {
        using ScratchFolder scratch = new();
        string program = await fixture.MustFail.ProgramAsync("unseen");
        string policy = Path.Combine(scratch.Path, "policy");
        await File.WriteAllTextAsync(policy, $"PortableVirt Policy 1\n{rules}\n");
        string list = Path.Combine(scratch.Path, "base.list");
        string app = Path.Combine(scratch.Path, "app");
        await RequireAsync(scratch.Path, PortableVirtCommand.Pvctl, "analyse", "--output", list, "--", program, "base");
        await RequireAsync(scratch.Path, PortableVirtCommand.Pvctl, "pack", "--from-analysis", list, "--policy", policy, "--output", app, program);
        ProgramRun run = await ProgramRunner.RunAsync([app, Stats, group], scratch.Path, new Dictionary<string, string?> { ["XDG_DATA_HOME"] = scratch["data"] });
        CheckReport.RequireClean(run);
        Assert.True(StartedFromImage(run), run.Describe());
    }

    /// <summary>In another time zone, on a busy computer, of a program whose loader makes random numbers, and of one with many threads.</summary>
    [Theory]
    [InlineData("launch_start")]
    [InlineData("threads")]
    public async Task TheSameProgramGivesTheSameImage(string name)
    {
        using ScratchFolder scratch = new();
        string program = name == "launch_start" ? await WithCookieAsync(scratch.Path) : await fixture.Checks.ProgramAsync(name);
        byte[] first = await File.ReadAllBytesAsync(await PackAsync(scratch.Path, program, "--deep"));
        string zone = TimeZoneInfo.Local.BaseUtcOffset == TimeSpan.FromHours(9) ? "UTC" : "Asia/Tokyo";
        await Task.WhenAll(Enumerable.Range(0, 3).Select(i =>
            RequireAsync(scratch.Path, "env", $"TZ={zone}", PortableVirtCommand.Pvctl, "pack", "--from-analysis", scratch["x.list"], "--deep", "--output", scratch[$"other{i}"], program)));
        for (int i = 0; i < 3; i++)
        {
            byte[] other = await File.ReadAllBytesAsync(scratch[$"other{i}"]);
            Assert.True(first.AsSpan().SequenceEqual(other), $"two packages of {name} differ, {first.AsSpan().CommonPrefixLength(other)} of {first.Length} bytes from the beginning");
        }
    }

    /// <summary>The program with its load configuration entered into its headers, so that the loader sets its cookie.</summary>
    private async Task<string> WithCookieAsync(string folder)
    {
        const int sectionCount = 6, optionalHeaderSize = 20, fileHeader = 24, loadConfiguration = 112 + (10 * 8), sectionHeader = 40;
        byte[] file = await File.ReadAllBytesAsync(await fixture.Checks.ProgramAsync("launch_start"));
        int pe = BitConverter.ToInt32(file, 0x3c);
        int sections = pe + fileHeader + BitConverter.ToUInt16(file, pe + optionalHeaderSize);
        int section = Enumerable.Range(0, BitConverter.ToUInt16(file, pe + sectionCount)).Select(i => sections + (i * sectionHeader)).Single(at => file.AsSpan(at, 8).SequenceEqual(".ldcfg\0\0"u8));
        file.AsSpan(section + 12, 4).CopyTo(file.AsSpan(pe + fileHeader + loadConfiguration));
        file.AsSpan(section + 8, 4).CopyTo(file.AsSpan(pe + fileHeader + loadConfiguration + 4));
        string program = Path.Combine(folder, "launch_start.exe");
        await File.WriteAllBytesAsync(program, file);
        return program;
    }

    private static bool StartedFromImage(ProgramRun run) => Statistic(run, "launchImage");

    private static bool StartedFromDeepImage(ProgramRun run) => Statistic(run, "deepLaunchImage");

    private static bool Statistic(ProgramRun run, string name)
    {
        string line = run.Error.Split('\n').Single(l => l.StartsWith(StatsPrefix, StringComparison.Ordinal));
        return JsonDocument.Parse(line[StatsPrefix.Length..]).RootElement.GetProperty(name).GetBoolean();
    }

    private static string Line(ProgramRun run, string prefix) => run.Output.Split('\n').Single(line => line.StartsWith(prefix, StringComparison.Ordinal))[prefix.Length..].Trim();

    private static string[] Lines(ProgramRun run, params string[] without) => [.. run.Output.Split('\n').Where(line => !Array.Exists(without, line.StartsWith))];

    private static async Task<string> PackAsync(string folder, string program, params string[] options)
    {
        string list = Path.Combine(folder, "x.list");
        string app = Path.Combine(folder, "app");
        await RequireAsync(folder, PortableVirtCommand.Pvctl, "analyse", "--output", list, program);
        await RequireAsync(folder, [PortableVirtCommand.Pvctl, "pack", "--from-analysis", list, .. options, "--output", app, program]);
        return app;
    }

    private static async Task RequireAsync(string folder, params string[] command)
    {
        ProgramRun run = await ProgramRunner.RunAsync(command, folder);
        Assert.True(run is { ExitCode: 0, TimedOut: false }, run.Describe());
    }
}
