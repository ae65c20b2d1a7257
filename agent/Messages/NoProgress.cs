namespace PortableVirt.Agent.Messages;

/// <summary>Progress where nothing can show it.</summary>
internal sealed class NoProgress : IProgressView
{
    /// <inheritdoc/>
    public void Show(string text, int percent)
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
