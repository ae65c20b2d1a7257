using System.Diagnostics;
using System.Text.Json;
using PortableVirt.Agent.Messages;

namespace PortableVirt.Agent.Opening;

/// <summary>Finds the package of a program, or has pvctl make it, with progress on the desktop.</summary>
/// <param name="session">The user's session.</param>
internal sealed class Preparation(Session session)
{
    /// <summary>Prepares a program or a package.</summary>
    /// <param name="program">Full path.</param>
    /// <param name="cancel">Ends pvctl.</param>
    /// <exception cref="OpenFailedException">It cannot be run; the message is pvctl's.</exception>
    public async Task<PreparedPackage> RunAsync(string program, CancellationToken cancel)
    {
        ProcessStartInfo start = new(Pvctl.Path, ["open", "--prepare", "--json", "--progress", "--", program])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        };
        start.Environment.Clear();
        foreach ((string name, string value) in session.Variables)
        {
            start.Environment[name] = value;
        }
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        await using CancellationTokenRegistration end = cancel.Register(() => process.Kill());
        IProgressView? view = null;
        PreparedPackage? package = null;
        try
        {
            while (await process.StandardOutput.ReadLineAsync(cancel).ConfigureAwait(false) is { } line)
            {
                using JsonDocument document = JsonDocument.Parse(line);
                JsonElement root = document.RootElement;
                if (root.TryGetProperty("progress", out JsonElement progress))
                {
                    view ??= ProgressViews.Make(session, $"Preparing {Path.GetFileName(program)} for its first start");
                    view.Show(progress.GetProperty("what").GetString()!, Percent(progress));
                }
                else if (root.TryGetProperty("error", out JsonElement error))
                {
                    throw new OpenFailedException(error.GetProperty("message").GetString()!, error.GetProperty("exitCode").GetInt32());
                }
                else
                {
                    package = new PreparedPackage(root.GetProperty("package").GetString()!, root.GetProperty("name").GetString()!, root.GetProperty("console").GetBoolean());
                }
            }
        }
        finally
        {
            view?.Dispose();
        }
        await process.WaitForExitAsync(cancel).ConfigureAwait(false);
        return package ?? throw new OpenFailedException(
            $"pvctl open ended with code {process.ExitCode} and said nothing of it; its log may: journalctl --user -u portablevirt-agent", OpenFailedException.PortableVirtFailed);
    }

    /// <summary>Steps count alike.</summary>
    private static int Percent(JsonElement progress)
    {
        double done = progress.GetProperty("done").GetInt64();
        double total = progress.GetProperty("total").GetInt64();
        double part = total > 0 ? Math.Min(1, done / total) : 0;
        return (int)Math.Clamp((Math.Max(1, progress.GetProperty("step").GetInt32()) - 1 + part) * 100 / Math.Max(1, progress.GetProperty("steps").GetInt32()), 0, 100);
    }
}
