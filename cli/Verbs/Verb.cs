using PortableVirt.Cli.CommandLine;

namespace PortableVirt.Cli.Verbs;

/// <summary>One verb of pvctl.</summary>
public abstract class Verb
{
    /// <summary>The word after pvctl.</summary>
    public abstract string Name { get; }

    /// <summary>Other words for it, which help and completion leave out.</summary>
    public virtual IReadOnlyList<string> Aliases => [];

    /// <summary>What the verb's operands are, for the help.</summary>
    public abstract string Operands { get; }

    /// <summary>What it does, one line.</summary>
    public abstract string Summary { get; }

    /// <summary>Its options.</summary>
    public abstract IReadOnlyList<Option> Options { get; }

    /// <summary>More for the help, or empty.</summary>
    public virtual string Notes => "";

    /// <summary>True: options end at the first operand.</summary>
    public virtual bool OptionsFirst => false;

    /// <summary>Exit code for wrong usage and for failures of pvctl itself.</summary>
    public virtual int FailureCode => 1;

    /// <summary>Does it.</summary>
    /// <returns>Exit code of pvctl.</returns>
    public abstract Task<int> RunAsync(Arguments arguments);
}
