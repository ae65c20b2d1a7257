namespace PortableVirt.Hypervisor.SelfCheck;

/// <summary>A named self-check.</summary>
/// <param name="Name">Name, unique, without spaces.</param>
/// <param name="Body">Throws <see cref="CheckFailedException"/> when the check fails.</param>
public sealed record Check(string Name, Action<Machine> Body)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}
