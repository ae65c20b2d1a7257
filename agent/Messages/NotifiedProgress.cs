using PortableVirt.Agent.Bus;

namespace PortableVirt.Agent.Messages;

/// <summary>Progress in a notification.</summary>
/// <param name="notification">The notification, which this owns.</param>
/// <param name="title">What the work is.</param>
internal sealed class NotifiedProgress(Notification notification, string title) : IProgressView
{
    private bool _isLost;

    /// <inheritdoc/>
    public void Show(string text, int percent) => Try(() => notification.ShowProgress(title, text, percent));

    /// <inheritdoc/>
    public void Dispose()
    {
        Try(notification.Close);
        notification.Dispose();
    }

    /// <summary>Work does not end because nobody shows it.</summary>
    private void Try(Action call)
    {
        try
        {
            if (!_isLost)
            {
                call();
            }
        }
        catch (BusException e)
        {
            _isLost = true;
            Console.Error.WriteLine($"progress is no longer shown: {e.Message}");
        }
    }
}
