using System.Diagnostics;
using PortableVirt.Agent.Messages;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Agent.Opening;

/// <summary>Opens programs as a double-click does.</summary>
internal static class Opener
{
    /// <summary>Opens one.</summary>
    /// <param name="request">What and where.</param>
    /// <param name="cancel">The user wants it no longer; counts until it was started.</param>
    /// <returns>The answer, and a task that ends when nothing is left to do for the run.</returns>
    public static async Task<(OpenResponse Response, Task End)> OpenAsync(OpenRequest request, CancellationToken cancel)
    {
        Session session = Session.Of(request.Environment);
        try
        {
            string folder = Path.IsPathRooted(request.WorkingFolder) && Directory.Exists(request.WorkingFolder)
                ? request.WorkingFolder
                : throw new OpenFailedException($"the folder {request.WorkingFolder} cannot be used: there is none of this name", OpenFailedException.PortableVirtFailed);
            string program = Path.GetFullPath(request.Path, folder);
            PreparedPackage package = await new Preparation(session).RunAsync(program, cancel).ConfigureAwait(false);
            string[] command = ["--", program, .. request.Arguments];
            if (package.IsConsole && TerminalEmulator.Find(session) is { } terminal)
            {
                using Process process = new ProgramScope(session).Start(package.Name, folder, terminal.Command([Pvctl.Path, "open", .. command]));
                return (new OpenResponse(), Task.CompletedTask);
            }
            return (new OpenResponse(), new QuietRun(session, package).RunAsync(folder, command));
        }
        catch (OpenFailedException e)
        {
            return (Failed(session, request.Path, e.Message, e.ExitCode), Task.CompletedTask);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            return (Failed(session, request.Path, e.Message, OpenFailedException.PortableVirtFailed), Task.CompletedTask);
        }
    }

    private static OpenResponse Failed(Session session, string path, string failure, int exitCode)
    {
        new Dialogs(session).ShowError(Path.GetFileName(path), failure);
        return new OpenResponse { Failure = failure, ExitCode = exitCode };
    }
}
