using System.Text;
using Microsoft.Extensions.Logging;

namespace PortableVirt.Dispatch.Journal;

/// <summary>Log lines on standard error, with their priority as sd-daemon(3) has it; the fields are in the message anyway.</summary>
internal sealed class StdErrSink : ILogSink
{
    private readonly Lock _lock = new();
    private readonly Stream _stream = Console.OpenStandardError();

    public void Write(LogLevel level, string source, string message, IReadOnlyList<KeyValuePair<string, object>> fields)
    {
        byte[] line = Encoding.UTF8.GetBytes($"<{LogPriority.Of(level)}>{message.ReplaceLineEndings(" | ")}\n");
        lock (_lock)
        {
            try
            {
                _stream.Write(line);
            }
            catch (IOException)
            {
                // Nobody reads it any more; there is nowhere to tell.
            }
        }
    }
}
