using System.Globalization;
using System.Text.Json;
using PortableVirt.Tests.Support;

namespace PortableVirt.Fuzz.Tests;

/// <summary>
/// Random system calls from inside a guest: whatever it calls, PortableVirt does not fail, does not hang and lets nothing out. A fixed number of
/// seeds; <c>FUZZ_MINUTES=10 dotnet test tests/Fuzz.Tests</c> goes on with new seeds for that long, from <c>FUZZ_SEED</c> or a random one.
/// </summary>
public sealed class SystemCallFuzzTests
{
    private const int Seeds = 8;
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(40);
    private readonly GuestBuild _build = new("Fuzz");

    [Fact]
    public async Task PortableVirtSurvivesEveryCall()
    {
        double minutes = double.Parse(Environment.GetEnvironmentVariable("FUZZ_MINUTES") ?? "0", CultureInfo.InvariantCulture);
        ulong seed = Environment.GetEnvironmentVariable("FUZZ_SEED") is { } text ? ulong.Parse(text, CultureInfo.InvariantCulture)
            : minutes > 0 ? (ulong)Random.Shared.Next() : 1;
        string program = await _build.ProgramAsync("system_calls");
        await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(program)!, "calls.txt"), SystemCallList.Write());
        DateTime end = DateTime.UtcNow.AddMinutes(minutes);
        int completed = 0;
        int runs = 0;
        for (; runs < Seeds || DateTime.UtcNow < end; runs++)
        {
            completed += await RunAsync(program, seed + (ulong)runs) ? 1 : 0;
        }

        // The program may end itself by a call that it makes, but not as a rule.
        Assert.True(completed * 2 > runs, $"only {completed} of {runs} runs came to their end");
    }

    /// <summary>One run in folders of its own; true where the program came to its end.</summary>
    private static async Task<bool> RunAsync(string program, ulong seed)
    {
        using ScratchFolder scratch = new();
        string work = Directory.CreateDirectory(scratch["work"]).FullName;
        string outside = Directory.CreateDirectory(scratch["outside"]).FullName;
        string temporary = Directory.CreateDirectory(scratch["temporary"]).FullName;
        string secret = Path.Combine(outside, "f0");
        await File.WriteAllTextAsync(secret, "secret");
        string status = scratch["status.json"];
        // A program that has suspended itself is asked to end after 20 s, and told after 22; PortableVirt itself must not hang even then.
        string[] limits = ["timeout", "--foreground", "22", "timeout", "--foreground", "20"];
        ProgramRun run = await ProgramRunner.RunAsync(
            [.. limits, .. PortableVirtCommand.Run(["--status-file", status], program, ["--seed", seed.ToString(CultureInfo.InvariantCulture)])],
            work,
            new Dictionary<string, string?> { ["PV_OUTSIDE"] = outside, ["TMPDIR"] = temporary },
            limit: _limit);
        string what = $"seed {seed}: {run.Describe()}";
        Assert.False(run.TimedOut, what);
        Assert.True(File.Exists(status), what);
        using JsonDocument ended = JsonDocument.Parse(await File.ReadAllBytesAsync(status));
        Assert.True(ended.RootElement.GetProperty("source").GetString() == "program", what);
        Assert.Equal([secret], Directory.GetFileSystemEntries(outside));
        Assert.Equal("secret", await File.ReadAllTextAsync(secret));
        Assert.DoesNotContain(Directory.GetFileSystemEntries(temporary, "*", SearchOption.AllDirectories), entry => !IsUsersFolder(entry));
        return run.Output.Contains("\nend: ", StringComparison.Ordinal);
    }

    /// <summary>The folder of a user's private folders stays, with the clipboard that the user's programs share.</summary>
    private static bool IsUsersFolder(string entry) =>
        Path.GetFileName(entry) is "clipboard" || Path.GetFileName(entry) == $"portablevirt-{Environment.UserName}" || Path.GetFileName(entry) == $"portablevirt-{Environment.UserName}-clipboard";
}
