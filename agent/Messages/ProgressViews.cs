namespace PortableVirt.Agent.Messages;

/// <summary>Finds what shows progress in a session: its notifications, else a dialog.</summary>
internal static class ProgressViews
{
    private const string Tool = "zenity";

    /// <summary>Shows progress under a title.</summary>
    public static IProgressView Make(Session session, string title)
    {
        if (Notification.TryMake(session.Variables) is { } notification)
        {
            return new NotifiedProgress(notification, title);
        }
        return session.HasDisplay && session.FindProgram(Tool) is not null
            ? new DialogProgress(new Dialogs(session).Start(Tool, DialogProgress.Arguments(title)))
            : new NoProgress();
    }
}
