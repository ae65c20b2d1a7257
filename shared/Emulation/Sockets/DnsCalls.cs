using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Sockets.Dns;
using PortableVirt.Emulation.Threads;
using PortableVirt.VirtualLayer.Network;

namespace PortableVirt.Emulation.Sockets;

/// <summary>
/// The unix calls of libwine's dnsapi (layouts: dnsapi.h of libwine 8): search list, server list and queries of the host's resolver. They
/// return Windows errors. A query's answer is the message itself (RFC 1035). Names that this computer knows are answered here; name servers are asked
/// where the policy lets the program reach them: those of the host only with the host's network.
/// </summary>
internal static class DnsCalls
{
    private const uint Fault = 998, MoreData = 234, InvalidParameter = 87, TimedOut = 1460, ServerFailure = 9002, NameError = 9003, NoRecords = 9501;
    private const uint StreamOnly = 2, NoWire = 0x10, NoHostsFile = 0x40;
    private const int MaximumName = 256, MaximumServers = 3;
    private const int ArrayHeader = 32, EntryLength = 64, AddressLengthOffset = 32;
    private const string Configuration = "/etc/resolv.conf";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);

    /// <summary>Answers a call by its number.</summary>
    public static NtStatus Call(NtThread t, uint code, GuestPointer arguments)
    {
        bool asksHost = t.Executive.Io.NetworkPolicy.AllowsResolver;
        return code switch
        {
            0 => new NtStatus(GetSearchList(t, arguments, asksHost)),
            1 => new NtStatus(GetServerList(t, arguments, asksHost)),
            2 => new NtStatus(SetServerList(t, arguments)),
            3 => new NtStatus(Query(t, arguments, asksHost)),
            _ => NtStatus.NotSupported,
        };
    }

    /// <summary>{ list; uint* length }: names one after the other, each with its zero, and a last zero.</summary>
    private static uint GetSearchList(NtThread t, GuestPointer arguments, bool asksHost)
    {
        Span<byte> block = stackalloc byte[16];
        if (!t.Memory.TryRead(arguments, block))
        {
            return Fault;
        }
        string list = string.Concat(Settings(asksHost, "search").Select(name => name + "\0")) + "\0";
        return Return(t, block, MemoryMarshal.AsBytes(list.AsSpan()));
    }

    /// <summary>
    /// { ushort family; DNS_ADDR_ARRAY*; uint* length }. Without servers the list is empty: libwine's GetAdaptersAddresses would pass
    /// DNS_ERROR_NO_DNS_SERVERS on, where Windows succeeds.
    /// </summary>
    private static uint GetServerList(NtThread t, GuestPointer arguments, bool asksHost)
    {
        Span<byte> block = stackalloc byte[24];
        if (!t.Memory.TryRead(arguments, block))
        {
            return Fault;
        }
        int family = BinaryPrimitives.ReadUInt16LittleEndian(block);
        List<SocketAddress> servers = [];
        foreach (IPAddress server in HostServers(asksHost))
        {
            if (SocketAddress.From(server, 0) is var found && (family == 0 || found.Family == family))
            {
                servers.Add(found);
            }
        }
        byte[] array = new byte[ArrayHeader + (servers.Count * EntryLength)];
        BinaryPrimitives.WriteInt32LittleEndian(array, servers.Count);
        BinaryPrimitives.WriteInt32LittleEndian(array.AsSpan(4), servers.Count);
        for (int i = 0; i < servers.Count; i++)
        {
            Span<byte> entry = array.AsSpan(ArrayHeader + (i * EntryLength), EntryLength);
            SocketAddress server = servers[i];
            server.WindowsForm.CopyTo(entry);
            BinaryPrimitives.WriteInt32LittleEndian(entry[AddressLengthOffset..], server.Length);
        }
        return Return(t, block[8..], array);
    }

    /// <summary>IP4_ARRAY { count; addresses }: whom the thread's next queries ask; null for the host's again.</summary>
    private static uint SetServerList(NtThread t, GuestPointer list)
    {
        t.NameServers = null;
        if (list.IsNull)
        {
            return 0;
        }
        Span<byte> addresses = stackalloc byte[MaximumServers * sizeof(uint)];
        if (!t.Memory.TryRead(list, out uint count))
        {
            return Fault;
        }
        addresses = addresses[..(int)(Math.Min(count, MaximumServers) * sizeof(uint))];
        if (!t.Memory.TryRead(list + sizeof(uint), addresses))
        {
            return Fault;
        }
        List<IPAddress> servers = [];
        for (int i = 0; i < addresses.Length; i += sizeof(uint))
        {
            servers.Add(new IPAddress(addresses.Slice(i, sizeof(uint))));
        }
        t.NameServers = servers.Count == 0 ? null : servers;
        return 0;
    }

    /// <summary>{ name; ushort type; uint options; buffer; uint* length }.</summary>
    private static uint Query(NtThread t, GuestPointer arguments, bool asksHost)
    {
        Span<byte> block = stackalloc byte[32];
        if (!t.Memory.TryRead(arguments, block) || !t.Memory.TryReadAnsiString(new GuestPointer(BinaryPrimitives.ReadUInt64LittleEndian(block)), MaximumName, out string name))
        {
            return Fault;
        }
        ushort type = BinaryPrimitives.ReadUInt16LittleEndian(block[8..]);
        uint options = BinaryPrimitives.ReadUInt32LittleEndian(block[12..]);
        if (!DnsMessage.TryAsk(0, name, type, out _))
        {
            return InvalidParameter;
        }
        byte[]? answer = AnswerHere(t, name, type, options);
        if (answer is null && (options & NoWire) == 0)
        {
            IReadOnlyList<IPAddress> servers = t.NameServers is { } own
                ? own.Where(server => t.Executive.Io.NetworkPolicy.AskPeer(server) == NetworkVerdict.Allowed).ToList()
                : HostServers(asksHost);
            if (servers.Count != 0)
            {
                answer = DnsClient.Ask(servers, DnsClient.Port, name, type, _patience, (options & StreamOnly) != 0);
                if (answer is null)
                {
                    return TimedOut;
                }
            }
        }
        if (answer is null)
        {
            return NameError;
        }
        int result = DnsMessage.ResultCode(answer);
        return result != 0 ? ServerFailure - 2 + (uint)result
            : DnsMessage.AnswerCount(answer) == 0 ? NoRecords
            : Return(t, block[16..], DnsMessage.WithLastNameCompressed(answer));
    }

    /// <summary>The answer about a name, or the name of an address, that needs no name server; null where it does.</summary>
    private static byte[]? AnswerHere(NtThread t, string name, ushort type, uint options)
    {
        HostNames names = new(t.Executive.Io.NetworkPolicy, t.Executive.Machine.ComputerName);
        if (DnsMessage.ReverseAddress(name) is { } address)
        {
            return names.FindOwnName(address) is { } own ? DnsMessage.Answer(name, type, [], own) : null;
        }
        IReadOnlyList<IPAddress> found = names.FindHere(name, readsFile: (options & NoHostsFile) == 0);
        return found.Count == 0 ? null : DnsMessage.Answer(name, type, found, null);
    }

    /// <summary>Writes to { target; uint* length }; without a target the length alone is asked for.</summary>
    private static uint Return(NtThread t, ReadOnlySpan<byte> block, ReadOnlySpan<byte> bytes)
    {
        GuestPointer target = new(BinaryPrimitives.ReadUInt64LittleEndian(block));
        GuestPointer length = new(BinaryPrimitives.ReadUInt64LittleEndian(block[8..]));
        if (!t.Memory.TryRead(length, out uint room) || !t.Memory.TryWrite(length, (uint)bytes.Length))
        {
            return Fault;
        }
        return target.IsNull ? 0
            : room < (uint)bytes.Length ? MoreData
            : t.Memory.TryWrite(target, bytes) ? 0
            : Fault;
    }

    private static List<IPAddress> HostServers(bool asksHost)
    {
        List<IPAddress> servers = [];
        foreach (string server in Settings(asksHost, "nameserver"))
        {
            if (HostNames.TryParse(server, out IPAddress address))
            {
                servers.Add(address);
            }
        }
        return servers;
    }

    private static IEnumerable<string> Settings(bool asksHost, string keyword)
    {
        if (!asksHost || !File.Exists(Configuration))
        {
            return [];
        }
        return File.ReadLines(Configuration).Select(line => line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length > 1 && words[0] == keyword).SelectMany(words => words.Skip(1));
    }
}
