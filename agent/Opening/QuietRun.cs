using System.Diagnostics;
using System.Text.Json;
using PortableVirt.Agent.Messages;
using PortableVirt.Desktop.Files;

namespace PortableVirt.Agent.Opening;

/// <summary>
/// Runs a program without a terminal: the end of its output is kept. What PortableVirt says goes into a dialog, and so does the output of a console
/// program, which nobody would see otherwise.
/// </summary>
/// <param name="session">The user's session.</param>
/// <param name="package">The program.</param>
internal sealed class QuietRun(Session session, PreparedPackage package)
{
    /// <summary>Bytes of output that are kept.</summary>
    private const int KeptOutput = 65536;

    /// <summary>Runs the program to its end, and tells what is to be told.</summary>
    /// <param name="folder">Full path of the folder that it starts in.</param>
    /// <param name="command">The words after "pvctl open".</param>
    public async Task RunAsync(string folder, IReadOnlyList<string> command)
    {
        string scratch = Path.Combine(session.Variables.GetValueOrDefault("XDG_RUNTIME_DIR") is { Length: > 0 } runtime ? runtime : Path.GetTempPath(), $"portablevirt-{Guid.NewGuid():N}");
        Directory.CreateDirectory(scratch, UserFolders.OwnerOnly);
        try
        {
            (string output, string status) = (Path.Combine(scratch, "output"), Path.Combine(scratch, "status"));
            string shell = $"\"$@\" </dev/null 2>&1 | tail -c {KeptOutput} >\"$0\"";
            using Process process = new ProgramScope(session).Start(package.Name, folder, ["sh", "-c", shell, output, Pvctl.Path, "open", "--status-file", status, .. command]);
            await process.WaitForExitAsync().ConfigureAwait(false);
            await TellAsync(output, File.Exists(status) ? await File.ReadAllTextAsync(status).ConfigureAwait(false) : "").ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private async Task TellAsync(string output, string status)
    {
        Dialogs dialogs = new(session);
        string text = await File.ReadAllTextAsync(output).ConfigureAwait(false);
        if (Failure(status, text) is { } failure)
        {
            dialogs.ShowError(package.Name, failure);
        }
        else if (package.IsConsole && text.Length != 0 && !await dialogs.ShowFileAsync(package.Name, output).ConfigureAwait(false))
        {
            using Notification? notification = Notification.TryMake(session.Variables);
            notification?.ShowNews(package.Name, text.Length <= 1000 ? text : text[^1000..]);
        }
    }

    /// <summary>Why PortableVirt ended the run; null when the program itself ended. A run that was never begun leaves no status, but a line.</summary>
    private static string? Failure(string status, string output)
    {
        if (status.Length == 0)
        {
            return output.Length == 0 ? "it was ended before it began" : output;
        }
        using JsonDocument document = JsonDocument.Parse(status);
        return document.RootElement.TryGetProperty("failure", out JsonElement failure) ? failure.GetString() : null;
    }
}
