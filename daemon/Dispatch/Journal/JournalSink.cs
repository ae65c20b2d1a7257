using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace PortableVirt.Dispatch.Journal;

/// <summary>Log lines for systemd's journal with their fields, by its native protocol (systemd's "Native Journal Protocol": one datagram an entry;
/// NAME=value lines, or NAME, a 64-bit length and the bytes where the value has more than a line).</summary>
internal sealed class JournalSink : ILogSink, IDisposable
{
    /// <summary>The journal's socket.</summary>
    public const string DefaultPath = "/run/systemd/journal/socket";

    /// <summary>Longer entries would need a memory file; no line of the daemon is worth one.</summary>
    private const int LongestValue = 16384;

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
    private readonly UnixDomainSocketEndPoint _journal;

    public JournalSink(string path = DefaultPath) => _journal = new UnixDomainSocketEndPoint(path);

    /// <summary>True where standard error is the journal's (JOURNAL_STREAM in systemd.exec(5)), so that a service's lines belong there.</summary>
    public static bool IsWanted => Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 } && File.Exists(DefaultPath);

    public void Write(LogLevel level, string source, string message, IReadOnlyList<KeyValuePair<string, object>> fields)
    {
        using MemoryStream entry = new();
        Add(entry, "MESSAGE", message);
        Add(entry, "PRIORITY", $"{LogPriority.Of(level)}");
        Add(entry, "SYSLOG_IDENTIFIER", "portablevirtd");
        Add(entry, "PORTABLEVIRT_SOURCE", source);
        foreach ((string name, object value) in fields)
        {
            Add(entry, name, Convert.ToString(value, null) ?? "");
        }

        try
        {
            _socket.SendTo(entry.ToArray(), _journal);
        }
        catch (SocketException)
        {
            // The journal is away or full: waiting for it would stop the daemon.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static void Add(MemoryStream entry, string name, string value)
    {
        string cut = value.Length > LongestValue ? value[..LongestValue] : value;
        byte[] bytes = Encoding.UTF8.GetBytes(cut);
        entry.Write(Encoding.ASCII.GetBytes(name));
        if (cut.Contains('\n', StringComparison.Ordinal))
        {
            Span<byte> length = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)bytes.Length);
            entry.WriteByte((byte)'\n');
            entry.Write(length);
        }
        else
        {
            entry.WriteByte((byte)'=');
        }

        entry.Write(bytes);
        entry.WriteByte((byte)'\n');
    }
}
