using PortableVirt.Tests.Support;

namespace PortableVirt.Guest.Tests;

/// <summary>The lines that a guest program's checks printed (tests/Guest/checks.h).</summary>
/// <param name="Passed">Names of the checks that passed, in their order.</param>
/// <param name="Failures">The FAIL lines, with their details.</param>
public sealed record CheckReport(IReadOnlyList<string> Passed, IReadOnlyList<string> Failures)
{
    /// <summary>Reads a program's standard output.</summary>
    public static CheckReport Parse(string output)
    {
        string[] lines = output.Split('\n');
        return new CheckReport(
            [.. lines.Where(line => line.StartsWith("ok ", StringComparison.Ordinal)).Select(line => line[3..].Trim())],
            [.. lines.Where(line => line.StartsWith("FAIL ", StringComparison.Ordinal))]);
    }

    /// <summary>Fails the test with every failed check where the run was not clean.</summary>
    public static CheckReport RequireClean(ProgramRun run)
    {
        CheckReport report = Parse(run.Output);
        Assert.True(report.Failures.Count == 0, $"{report.Failures.Count} checks failed:\n{string.Join('\n', report.Failures)}");
        Assert.True(run is { ExitCode: 0, TimedOut: false }, $"After {report.Passed.Count} checks: {run.Describe()}");
        Assert.NotEmpty(report.Passed);
        Assert.Equal(report.Passed.Count, report.Passed.Distinct(StringComparer.Ordinal).Count());
        return report;
    }
}
