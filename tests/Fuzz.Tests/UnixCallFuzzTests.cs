using System.Globalization;
using System.Text.Json;
using PortableVirt.Tests.Support;

namespace PortableVirt.Fuzz.Tests;

/// <summary>
/// Random parameter blocks for the unix calls of libwine's DLLs (keys, certificates, TLS, names), changed while they are read: PortableVirt does not fail
/// and does not hang. A fixed number of seeds.
/// </summary>
public sealed class UnixCallFuzzTests
{
    private const int Seeds = 6;
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(90);
    private readonly GuestBuild _build = new("Fuzz");

    [Fact]
    public async Task PortableVirtSurvivesEveryParameterBlock()
    {
        string program = await _build.ProgramAsync("unix_calls");
        for (int seed = 1; seed <= Seeds; seed++)
        {
            using ScratchFolder scratch = new();
            string status = scratch["status.json"];
            ProgramRun run = await ProgramRunner.RunAsync(
                [.. PortableVirtCommand.Run(["--status-file", status], program, ["--seed", seed.ToString(CultureInfo.InvariantCulture)])], scratch.Path, limit: _limit);
            string what = $"seed {seed}: {run.Describe()}";
            Assert.False(run.TimedOut, what);
            Assert.True(File.Exists(status), what);
            using JsonDocument ended = JsonDocument.Parse(await File.ReadAllBytesAsync(status));
            Assert.True(ended.RootElement.GetProperty("source").GetString() == "program", what);
            Assert.Contains("end: ", run.Output, StringComparison.Ordinal);
            Assert.DoesNotContain(", 0 answered", run.Output, StringComparison.Ordinal);
        }
    }
}
