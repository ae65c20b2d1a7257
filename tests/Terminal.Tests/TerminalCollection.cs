namespace PortableVirt.Terminal.Tests;

/// <summary>Tests that run virtual machines on terminals: one at a time.</summary>
[CollectionDefinition(Name)]
public sealed class TerminalCollection
{
    public const string Name = "terminals";
}
