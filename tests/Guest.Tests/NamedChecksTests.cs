using PortableVirt.Tests.Support;

namespace PortableVirt.Guest.Tests;

/// <summary>Every guest program passes all of its named checks under the oracle and under PortableVirt.</summary>
[Collection(GuestCollection.Name)]
public sealed class NamedChecksTests(GuestFixture fixture)
{
    public static TheoryData<string> Programs => [.. GuestBuild.ProgramNames("Guest")];

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task PassesUnderWine(string program) => Assert.NotEmpty(await OracleNamesAsync(program));

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task PassesUnderPortableVirt(string program)
    {
        using ScratchFolder scratch = new();
        string executable = await fixture.Checks.ProgramAsync(program);
        ProgramRun run = await ProgramRunner.RunAsync(PortableVirtCommand.Run([], executable, []), scratch.Path);
        CheckReport report = CheckReport.RequireClean(run);
        Assert.Equal(await OracleNamesAsync(program), report.Passed);
    }

    private async Task<IReadOnlyList<string>> OracleNamesAsync(string program)
    {
        if (!fixture.OracleNames.TryGetValue(program, out IReadOnlyList<string>? names))
        {
            using ScratchFolder scratch = new();
            string executable = await fixture.Checks.ProgramAsync(program);
            names = CheckReport.RequireClean(await fixture.Oracle.RunAsync(executable, [], scratch.Path)).Passed;
            fixture.OracleNames[program] = names;
        }

        return names;
    }
}
