namespace PortableVirt.Tests.Support;

/// <summary>How tests start Windows programs under PortableVirt.</summary>
public static class PortableVirtCommand
{
    /// <summary>
    /// The pvctl under test: the environment variable PORTABLEVIRT_BIN names its folder, artifacts/bin of the source
    /// tree without.
    /// </summary>
    public static string Pvctl => Path.Combine(
        Environment.GetEnvironmentVariable("PORTABLEVIRT_BIN") ?? Path.Combine(RepositoryPaths.Artifacts, "bin"), "pvctl");

    /// <summary>
    /// The command line that runs a program: embedded in pvctl, or with the command that the environment variable
    /// PORTABLEVIRT_RUNNER holds, words parted by spaces (for example <c>pvctl run --</c>, for the daemon).
    /// </summary>
    /// <param name="options">Options of <c>pvctl run</c>, for example <c>--private</c>; not given to another runner.</param>
    /// <param name="program">Host path of the program.</param>
    /// <param name="arguments">The program's arguments.</param>
    /// <exception cref="InvalidOperationException">This machine cannot run PortableVirt; the message tells why.</exception>
    public static IReadOnlyList<string> Run(IEnumerable<string> options, string program, IEnumerable<string> arguments)
    {
        if (Environment.GetEnvironmentVariable("PORTABLEVIRT_RUNNER") is { Length: > 0 } runner)
        {
            return [.. runner.Split(' ', StringSplitOptions.RemoveEmptyEntries), program, .. arguments];
        }

        RequireKvm();
        if (!File.Exists(Pvctl))
        {
            throw new InvalidOperationException(
                $"{Pvctl} does not exist. Build it with 'bash packaging/build.sh', or name its folder in PORTABLEVIRT_BIN.");
        }

        return [Pvctl, "run", "--embedded", .. options, "--", program, .. arguments];
    }

    private static void RequireKvm()
    {
        try
        {
            using FileStream kvm = new("/dev/kvm", FileMode.Open, FileAccess.ReadWrite);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException(
                $"/dev/kvm cannot be opened ({exception.Message}). These tests run real virtual machines: use a machine " +
                "with KVM, and a user who may open /dev/kvm (group kvm).", exception);
        }
    }
}
