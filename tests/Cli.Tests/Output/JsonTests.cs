using System.Text.Json;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Tests.Packages;
using PortableVirt.Cli.Tests.Programs;
using PortableVirt.Cli.Verbs;
using PortableVirt.Tests.Support;

namespace PortableVirt.Cli.Tests.Output;

/// <summary>"--json" of every verb, as docs/json.md says.</summary>
public sealed class JsonTests : IDisposable
{
    /// <summary>The standard output of run is the program's; --status-file tells how it ended. The others write text for tools.</summary>
    private static readonly string[] s_without = ["run", "completion", "man"];

    private readonly CliRun _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task EveryVerbHasItAndADescription()
    {
        string[] headings = [.. (await File.ReadAllLinesAsync(Path.Combine(RepositoryPaths.Root, "docs", "json.md"))).Where(l => l.StartsWith("## pvctl ", StringComparison.Ordinal)).Select(l => l["## pvctl ".Length..])];
        Verb[] verbs = [.. VerbTable.All.Where(v => !s_without.Contains(v.Name))];
        Assert.All(verbs, v => Assert.Contains(v.Options, o => o.Name == Option.Json.Name));
        Assert.Equal(verbs.Select(v => v.Name).Order(), headings.Order());
    }

    [Fact]
    public async Task ResultsAreOneDocumentWithTheDocumentedMembers()
    {
        string program = await ShowProgram.PathAsync();
        await RequireMembersAsync("version", ["version", "--json"]);
        await RequireMembersAsync("info", ["info", "--json"]);
        await RequireMembersAsync("policy", ["policy", "show", "--json"]);
        await RequireMembersAsync("policy", ["policy", "explain", "library", "x.dll", "--json"], "### explain\n");
        await File.WriteAllTextAsync(Path.Combine(_cli.Work, "my.policy"), "PortableVirt Policy 1\ngate deny\n");
        await RequireMembersAsync("policy", ["policy", "check", "my.policy", "--json"], "### check\n");
        await RequireMembersAsync("doctor", ["doctor", "--json"]);
        await RequireMembersAsync("agent", ["agent", "--json", "on"]);
        await RequireMembersAsync("open", ["open", "--prepare", "--json", program]);
        await RequireMembersAsync("analyse", ["analyse", "--static", "--json", "--output", "x.list", program]);
        await RequireMembersAsync("explain", ["explain", "--json", "x.list"]);
        await RequireMembersAsync("pack", ["pack", "--json", "--output", "app", program]);
        await RequireMembersAsync("packages", ["packages", "--json"]);
        await RequireMembersAsync("info", ["info", "--json", "app"], "### With a package\n");
        await RequireMembersAsync("link", ["link", "--json", "app"]);
        await RequireMembersAsync("unlink", ["unlink", "--json", "app"]);
        await RequireMembersAsync("remove", ["remove", "--json", "app"]);
    }

    [Theory]
    [InlineData(125, "there is no verb", "pakc", "--json")]
    [InlineData(125, "did you mean --output?", "pack", "--json", "--ouptut", "x")]
    [InlineData(127, "does not exist", "analyse", "--json", "--static", "nothing.exe")]
    [InlineData(1, "no package that is known", "remove", "--json", "nothing")]
    [InlineData(1, "has no link", "unlink", "--json", "nothing")]
    [InlineData(1, "did you mean library?", "policy", "--json", "explain", "libary", "x.dll")]
    [InlineData(1, "did you mean explain?", "policy", "--json", "explian", "library", "x.dll")]
    [InlineData(1, "the daemon does not answer", "list", "--json")]
    public async Task FailuresAreOneDocumentToo(int code, string part, params string[] arguments)
    {
        ProgramRun run = await _cli.RunAsync(arguments);
        Assert.True(run.ExitCode == code, run.Describe());
        JsonElement error = JsonDocument.Parse(run.Output).RootElement.GetProperty("error");
        Assert.Equal(code, error.GetProperty("exitCode").GetInt32());
        Assert.Contains(part, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("pvctl: ", run.Error, StringComparison.Ordinal);
    }

    private async Task RequireMembersAsync(string verb, string[] arguments, string heading = "") => JsonExamples.Require(verb, heading, await _cli.RequireAsync(0, arguments));
}
