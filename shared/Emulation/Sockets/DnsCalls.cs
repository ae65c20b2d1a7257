using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Sockets;

/// <summary>
/// The unix calls of libwine's dnsapi (layouts: dnsapi.h of libwine 8): search list, server list and queries of the host's resolver. They
/// return Windows errors. Raw queries are not made; names are looked up by <see cref="NameCalls"/>.
/// </summary>
internal static class DnsCalls
{
    private const uint Fault = 998, MoreData = 234, NameError = 9003, NotImplemented = 9004;
    private const int ArrayHeader = 32, EntryLength = 64, AddressLengthOffset = 32;
    private const string Configuration = "/etc/resolv.conf";

    /// <summary>Answers a call by its number.</summary>
    public static NtStatus Call(NtThread t, uint code, GuestPointer arguments)
    {
        bool asksHost = t.Executive.Io.NetworkPolicy.AllowsResolver;
        return code switch
        {
            0 => new NtStatus(GetSearchList(t, arguments, asksHost)),
            1 => new NtStatus(GetServerList(t, arguments, asksHost)),
            3 => new NtStatus(asksHost ? NotImplemented : NameError),
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
        foreach (string server in Settings(asksHost, "nameserver"))
        {
            if (HostNames.TryParse(server, out IPAddress address) && SocketAddress.From(address, 0) is var found && (family == 0 || found.Family == family))
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

    private static IEnumerable<string> Settings(bool asksHost, string keyword)
    {
        if (!asksHost || !File.Exists(Configuration))
        {
            return [];
        }
        return File.ReadLines(Configuration).Select(line => line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length > 1 && words[0] == keyword).SelectMany(words => words.Skip(1));
    }
}
