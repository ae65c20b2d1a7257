using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using PortableVirt.Dispatch.Hosting;
using PortableVirt.Dispatch.Journal;
using PortableVirt.Tests.Support;

namespace PortableVirt.Control.Tests.Registry;

/// <summary>What the journal and systemd's watchdog are told.</summary>
public sealed class JournalTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Lines_have_the_fields_of_their_scope()
    {
        using Socket journal = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
        journal.Bind(new UnixDomainSocketEndPoint(_scratch["journal"]));
        using ILoggerFactory loggers = LoggerFactory.Create(builder => builder.AddProvider(new SinkLoggerProvider(new JournalSink(_scratch["journal"]))));
        ILogger logger = loggers.CreateLogger("PortableVirt.Dispatch.Vms.VmSupervisor");
        using (logger.BeginScope(new KeyValuePair<string, object>[] { new(VmScope.Vm, "0123abcd"), new(VmScope.User, 1000u) }))
        {
            logger.LogWarning("VM {Vm} has\ntwo lines=", "0123abcd");
        }

        byte[] entry = new byte[4096];
        string text = Encoding.Latin1.GetString(entry, 0, journal.Receive(entry));
        string value = "VM 0123abcd has\ntwo lines=";
        Assert.Equal(
            $"MESSAGE\n{(char)value.Length}\0\0\0\0\0\0\0{value}\nPRIORITY=4\nSYSLOG_IDENTIFIER=portablevirtd\nPORTABLEVIRT_SOURCE=VmSupervisor\n"
            + "PORTABLEVIRT_VM=0123abcd\nPORTABLEVIRT_UID=1000\n",
            text);
    }

    [Fact]
    public void A_journal_that_is_away_stops_nobody()
    {
        using JournalSink sink = new(_scratch["nobody"]);
        sink.Write(LogLevel.Error, "x", "y", []);
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("30000000", "1", null)]
    [InlineData("30000000", null, 15.0)]
    [InlineData("0", null, null)]
    [InlineData("x", null, null)]
    public void The_watchdog_is_fed_twice_as_often_as_asked_and_only_by_whom_it_is_for(string? time, string? processId, double? seconds) =>
        Assert.Equal(seconds, Watchdog.Interval(time, processId)?.TotalSeconds);
}
