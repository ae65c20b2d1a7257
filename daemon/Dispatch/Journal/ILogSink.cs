using Microsoft.Extensions.Logging;

namespace PortableVirt.Dispatch.Journal;

/// <summary>Where log lines go.</summary>
internal interface ILogSink
{
    /// <summary>Writes a line; never throws and never waits for a reader.</summary>
    /// <param name="level">How serious it is.</param>
    /// <param name="source">Which part of the program says it.</param>
    /// <param name="message">What it says.</param>
    /// <param name="fields">What else is known, by names in capital letters.</param>
    void Write(LogLevel level, string source, string message, IReadOnlyList<KeyValuePair<string, object>> fields);
}
