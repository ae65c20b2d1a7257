using System.Globalization;
using System.Text.RegularExpressions;
using PortableVirt.Tests.Support;

namespace PortableVirt.Guest.Tests;

/// <summary>Memory that a program has and does not use costs the host nothing.</summary>
[Collection(GuestCollection.Name)]
public sealed partial class SparseMemoryTests(GuestFixture fixture)
{
    /// <summary>Of 32 MiB a page in each MiB is touched, and gets 64 KiB: 2 MiB, and as much again since the host gives huge pages.</summary>
    [Theory]
    [InlineData("image")]
    [InlineData("heap")]
    public async Task OnlyWhatIsTouchedTakesMemoryOfTheHost(string group)
    {
        using ScratchFolder scratch = new();
        string program = await fixture.Checks.ProgramAsync("sparse_memory");
        long without = await PeakAsync("none");
        long with = await PeakAsync(group);
        Assert.True(with - without < 8 << 10, $"{with - without} KiB more with {group}, {without} without");

        async Task<long> PeakAsync(string chosen)
        {
            ProgramRun run = await ProgramRunner.RunAsync(PortableVirtCommand.Run(["--stats"], program, [chosen]), scratch.Path);
            CheckReport.RequireClean(run);
            return long.Parse(Peak().Match(run.Error).Groups[1].Value, CultureInfo.InvariantCulture);
        }
    }

    [GeneratedRegex("\"peakRssKb\":([0-9]+)")]
    private static partial Regex Peak();
}
