using PortableVirt.Agent.Opening;
using PortableVirt.Desktop.Entries;
using PortableVirt.Desktop.Files;

namespace PortableVirt.Agent;

/// <summary>The agent's care for .exe files on its user's desktop: offered while PortableVirt is installed and the user wants it.</summary>
internal static class UserExeFiles
{
    private const int Interval = 5000;

    /// <summary>The user's; null where the user has no home folder.</summary>
    public static ExeFiles? Find() => UserFolders.Data is { } data && UserFolders.Configuration is { } configuration
        ? new ExeFiles(Path.GetDirectoryName(data)!, configuration, MimeDatabase.OfComputer())
        : null;

    /// <summary>Registers them, if the user wants it; takes them away when the agent's own program is no longer installed.</summary>
    /// <param name="stop">The agent ends.</param>
    public static async Task KeepAsync(CancellationToken stop)
    {
        if (Find() is not { } files)
        {
            return;
        }
        string own = Environment.ProcessPath ?? "";
        string pvctl = Pvctl.Path;
        try
        {
            if (files.IsWanted)
            {
                files.Register(pvctl);
            }
            // An update takes a file's place at once; a removal leaves it empty. Both files must stay away for two looks.
            for (int away = 0; away < 2; away = File.Exists(own) || File.Exists(pvctl) ? 0 : away + 1)
            {
                await Task.Delay(Interval, stop).ConfigureAwait(false);
            }
            files.Unregister();
        }
        catch (OperationCanceledException)
        {
            // The agent ends, PortableVirt stays.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"portablevirt-agent: .exe files cannot be registered: {e.Message}").ConfigureAwait(false);
        }
    }
}
