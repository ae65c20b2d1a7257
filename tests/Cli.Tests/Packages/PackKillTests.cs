using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using PortableVirt.Cli.Tests.Programs;
using PortableVirt.Tests.Support;
using Xunit.Abstractions;

namespace PortableVirt.Cli.Tests.Packages;

/// <summary>kill -9 at random points of a pack leaves what a power cut leaves, but for what the disk had not yet written.</summary>
public sealed class PackKillTests(ITestOutputHelper output) : IDisposable
{
    private const int ShowCode = 7;
    private readonly CliRun _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task APackThatIsKilledLeavesNoHalfPackageAndTheNextOneIsWhole()
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("PV_CRASH_SEED"), CultureInfo.InvariantCulture, out int given) ? given : Environment.TickCount & 0xFFFF;
        int rounds = int.TryParse(Environment.GetEnvironmentVariable("PV_CRASH_ROUNDS"), CultureInfo.InvariantCulture, out int many) ? many : 4;
        output.WriteLine($"PV_CRASH_SEED={seed}, {rounds} rounds");
        Random random = new(seed);
        string program = await ShowProgram.PathAsync();
        string app = Path.Combine(_cli.Work, "app");
        Stopwatch watch = Stopwatch.StartNew();
        await _cli.RequireAsync(0, "pack", "--deep", program, "--output", "app");
        TimeSpan whole = watch.Elapsed;
        string hash = HashOf(app);
        int killed = 0;
        for (int attempt = 0; killed < rounds; attempt++)
        {
            Assert.True(attempt < 10 * rounds, $"{killed} of {attempt} packs were killed before their end");
            if (random.Next(2) == 0)
            {
                File.Delete(app);
            }
            bool isThere = File.Exists(app);
            string seconds = (whole.TotalSeconds * random.NextDouble()).ToString("F3", CultureInfo.InvariantCulture);
            watch.Restart();
            // Without --foreground timeout(1) kills itself, too, and pvctl may still be there when its killer has ended.
            ProgramRun run = await _cli.CommandAsync(["timeout", "--foreground", "-s", "KILL", seconds, PortableVirtCommand.Pvctl, "pack", "--deep", program, "--output", "app"]);
            Assert.True(run.ExitCode is 0 or 137, run.Describe());
            killed += run.ExitCode == 0 ? 0 : 1;
            // The computer may have less to do than before.
            whole = run.ExitCode == 0 && watch.Elapsed < whole ? watch.Elapsed : whole;
            // The name is there with all of the file, old or new (which are the same), or not at all.
            Assert.True(File.Exists(app) || !(isThere || run.ExitCode == 0), run.Describe());
            if (File.Exists(app))
            {
                Assert.Equal(hash, HashOf(app));
            }
        }
        await _cli.RequireAsync(0, "pack", "--deep", program, "--output", "app");
        Assert.Equal(hash, HashOf(app));
        Assert.Equal([app], Directory.GetFiles(_cli.Work));
        Assert.Equal(ShowCode, (await _cli.CommandAsync([app])).ExitCode);
    }

    private static string HashOf(string file) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));
}
