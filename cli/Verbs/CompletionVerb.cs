using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Shells;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl completion.</summary>
public sealed class CompletionVerb : Verb
{
    /// <inheritdoc/>
    public override string Name => "completion";

    /// <inheritdoc/>
    public override string Operands => "bash|zsh|fish";

    /// <inheritdoc/>
    public override string Summary => "Writes the completion script of a shell";

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options => [];

    /// <inheritdoc/>
    public override string Notes => """
        bash: source <(pvctl completion bash)
        zsh:  pvctl completion zsh >"${fpath[1]}/_pvctl"
        fish: pvctl completion fish >~/.config/fish/completions/pvctl.fish
        """;

    /// <inheritdoc/>
    public override Task<int> RunAsync(Arguments arguments)
    {
        if (arguments.Operands is not [string shell] || !ShellCompletion.Shells.Contains(shell))
        {
            throw new UsageException($"which shell? {string.Join(", ", ShellCompletion.Shells)}");
        }
        Console.Out.Write(ShellCompletion.Script(shell));
        return Task.FromResult(0);
    }
}
