namespace PortableVirt.Agent.Messages;

/// <summary>Shows how far work is; it goes away when it is disposed of.</summary>
internal interface IProgressView : IDisposable
{
    /// <summary>Shows a state.</summary>
    /// <param name="text">What is done.</param>
    /// <param name="percent">0 to 100.</param>
    void Show(string text, int percent);
}
