using PortableVirt.Tests.Support;

namespace PortableVirt.Guest.Tests;

/// <summary>Every guest program passes all of its named checks under the oracle and under PortableVirt.</summary>
[Collection(GuestCollection.Name)]
public sealed class NamedChecksTests(GuestFixture fixture)
{
    /// <summary>The subsystem that is still to come: AFD. Its checks run under the oracle alone until then.</summary>
    private const string WithoutSupport = "sockets";

    /// <summary>All groups of the stress program but the sockets.</summary>
    private static readonly string[] _stressGroups = ["threads", "events", "files", "processes", "memory", "generated"];

    public static TheoryData<string> Programs => [.. GuestBuild.ProgramNames("Guest")];

    public static TheoryData<string> SupportedPrograms => [.. GuestBuild.ProgramNames("Guest").Where(name => name != WithoutSupport)];

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task PassesUnderWine(string program) => Assert.NotEmpty(await OracleNamesAsync(program));

    [Theory]
    [MemberData(nameof(SupportedPrograms))]
    public async Task PassesUnderPortableVirt(string program)
    {
        using ScratchFolder scratch = new();
        string executable = await fixture.Checks.ProgramAsync(program);
        ProgramRun run = await ProgramRunner.RunAsync(PortableVirtCommand.Run([], executable, GroupsOf(program)), scratch.Path);
        CheckReport report = CheckReport.RequireClean(run);
        Assert.Equal(await OracleNamesAsync(program), report.Passed);
    }

    private static string[] GroupsOf(string program) => program == "stress" ? _stressGroups : [];

    private async Task<IReadOnlyList<string>> OracleNamesAsync(string program)
    {
        if (!fixture.OracleNames.TryGetValue(program, out IReadOnlyList<string>? names))
        {
            using ScratchFolder scratch = new();
            string executable = await fixture.Checks.ProgramAsync(program);
            names = CheckReport.RequireClean(await fixture.Oracle.RunAsync(executable, GroupsOf(program), scratch.Path)).Passed;
            fixture.OracleNames[program] = names;
        }

        return names;
    }
}
