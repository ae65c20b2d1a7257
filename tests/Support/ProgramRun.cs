using System.Text;

namespace PortableVirt.Tests.Support;

/// <summary>What a finished program left.</summary>
/// <param name="ExitCode">The host process's exit code, 0 to 255; 128 and more for a process that a signal ended.</param>
/// <param name="OutputBytes">All bytes of standard output.</param>
/// <param name="ErrorBytes">All bytes of standard error.</param>
/// <param name="TimedOut">True where the program was killed because its time was up.</param>
/// <param name="Wall">Time from start to end.</param>
public sealed record ProgramRun(int ExitCode, byte[] OutputBytes, byte[] ErrorBytes, bool TimedOut, TimeSpan Wall)
{
    /// <summary>Standard output as text, with line ends turned into \n.</summary>
    public string Output => Encoding.UTF8.GetString(OutputBytes).Replace("\r\n", "\n", StringComparison.Ordinal);

    /// <summary>Standard error as text, with line ends turned into \n.</summary>
    public string Error => Encoding.UTF8.GetString(ErrorBytes).Replace("\r\n", "\n", StringComparison.Ordinal);

    /// <summary>Exit code and the ends of both outputs, for a failed assertion's message.</summary>
    public string Describe() =>
        $"{(TimedOut ? "timed out" : $"exit code {ExitCode}")} after {Wall.TotalSeconds:F1} s\n" +
        $"--- stdout (end)\n{End(Output)}\n--- stderr (end)\n{End(Error)}";

    private static string End(string text) => text.Length <= 3000 ? text : "..." + text[^3000..];
}
