using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Shells;
using PortableVirt.Cli.Verbs;
using PortableVirt.Tests.Support;

namespace PortableVirt.Cli.Tests.Output;

/// <summary>Completion scripts and the manual page, made from the verbs' table.</summary>
public sealed class ShellTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("pvctl pa", "pause pack packages")]
    [InlineData("pvctl pack --fr", "--from-analysis")]
    [InlineData("pvctl run --gr", "--grant")]
    [InlineData("pvctl run my", "my file.exe")]
    public async Task BashCompletes(string line, string expected)
    {
        File.WriteAllText(_scratch["script"], ShellCompletion.Script("bash"));
        File.WriteAllText(_scratch["my file.exe"], "");
        string script = $"source ./script; COMP_WORDS=({line}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _pvctl; IFS=' '; echo \"${{COMPREPLY[*]}}\"";
        ProgramRun run = await ProgramRunner.RunAsync(["bash", "-uc", script], _scratch.Path);
        Assert.True(run.ExitCode == 0 && run.Error.Length == 0, run.Describe());
        Assert.Equal(expected + "\n", run.Output);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task ScriptsNameEveryOptionAndAreCorrect(string shell)
    {
        string script = ShellCompletion.Script(shell);
        foreach (Verb verb in VerbTable.All)
        {
            Assert.Contains(verb.Name, script, StringComparison.Ordinal);
            Assert.All(verb.Options, o => Assert.Contains(shell == "fish" ? $"-l {o.Name[2..]}" : o.Name, script, StringComparison.Ordinal));
        }
        File.WriteAllText(_scratch["script"], script);
        if (ProgramRunner.IsOnPath(shell))
        {
            ProgramRun run = await ProgramRunner.RunAsync([shell, "-n", "script"], _scratch.Path);
            Assert.True(run.ExitCode == 0, run.Describe());
        }
    }

    [Fact]
    public void TheManualPageHasEveryVerbAndNoRequestByAccident()
    {
        string page = ManPage.Write();
        foreach (Verb verb in VerbTable.All)
        {
            Assert.Contains($".SS \"pvctl {verb.Name}", page, StringComparison.Ordinal);
        }
        string[] requests = [".TH", ".SH", ".SS", ".B", ".I", ".TP", ".PP"];
        Assert.All(page.Split('\n').Where(l => l.StartsWith('.')), l => Assert.Contains(l.Split(' ')[0], requests));
        Assert.DoesNotContain(page.Split('\n'), l => l.StartsWith('\''));
    }

    [Fact]
    public void TheHelpOfEveryVerbNamesItsOptions() => Assert.All(VerbTable.All, verb =>
        Assert.All(verb.Options, o => Assert.Contains(o.Name, PortableVirt.Cli.Output.Help.Of(verb), StringComparison.Ordinal)));
}
