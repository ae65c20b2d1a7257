using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Sockets;

/// <summary>
/// The unix calls of libwine's ws2_32: getaddrinfo, gethostbyaddr, gethostbyname, gethostname and getnameinfo. Each takes a block of
/// pointers and numbers (layouts: ws2_32_private.h of libwine 8) and returns a WSA error, 0 for success.
/// </summary>
internal static class NameCalls
{
    private const uint Fault = 10014, InvalidArgument = 10022, FamilyNotSupported = 10047, ServiceNotFound = 10109, HostNotFound = 11001, NoData = 11004, InsufficientBuffer = 122;
    private const int MaximumName = 1025;
    private const int Passive = 1, CanonicalName = 2, NumericHost = 4, NumericService = 8;
    private const int NumericHostName = 2, NameRequired = 4, NumericServiceName = 8;

    /// <summary>Answers a call by its number.</summary>
    public static NtStatus Call(NtThread t, uint code, GuestPointer arguments)
    {
        Span<byte> block = stackalloc byte[48];
        int length = code switch { 0 => 40, 1 => 32, 2 => 24, 3 => 12, 4 => 48, _ => 0 };
        if (length == 0)
        {
            return NtStatus.NotSupported;
        }
        if (!t.Memory.TryRead(arguments, block[..length]))
        {
            return new NtStatus(Fault);
        }
        HostNames names = new(t.Executive.Io.NetworkPolicy, t.Executive.Machine.ComputerName);
        return new NtStatus(code switch
        {
            0 => GetAddressInfo(t, names, block),
            1 => GetHostByAddress(t, names, block),
            2 => GetHostByName(t, names, block),
            3 => WriteText(t, Pointer(block, 0), BinaryPrimitives.ReadUInt32LittleEndian(block[8..]), names.OwnName),
            _ => GetNameInfo(t, names, block),
        });
    }

    /// <summary>getaddrinfo: { node; service; hints; result; size* }.</summary>
    private static uint GetAddressInfo(NtThread t, HostNames names, ReadOnlySpan<byte> block)
    {
        GuestPointer result = Pointer(block, 24);
        Span<byte> hints = stackalloc byte[16];
        hints.Clear();
        if (!TryReadText(t, Pointer(block, 0), out string? node) || !TryReadText(t, Pointer(block, 8), out string? service)
            || (!Pointer(block, 16).IsNull && !t.Memory.TryRead(Pointer(block, 16), hints)))
        {
            return Fault;
        }
        int flags = BinaryPrimitives.ReadInt32LittleEndian(hints);
        int family = BinaryPrimitives.ReadInt32LittleEndian(hints[4..]);
        if (family is not (0 or SocketAddress.Internet or SocketAddress.Internet6))
        {
            return FamilyNotSupported;
        }
        if ((flags & CanonicalName) != 0 && node is null)
        {
            return InvalidArgument;
        }
        ushort port = 0;
        if (service is { Length: > 0 } && !ServiceNames.TryFind(service, (flags & NumericService) != 0, out port))
        {
            return (flags & NumericService) != 0 ? HostNotFound : ServiceNotFound;
        }
        IReadOnlyList<IPAddress> all = Resolve(names, node, flags);
        List<IPAddress> found = all.Where(a => family == 0 || (family == SocketAddress.Internet) == (a.AddressFamily == AddressFamily.InterNetwork)).ToList();
        if (found.Count == 0)
        {
            return all.Count == 0 ? HostNotFound : NoData;
        }
        AddressInfoWriter writer = new(result, flags, BinaryPrimitives.ReadInt32LittleEndian(hints[8..]), BinaryPrimitives.ReadInt32LittleEndian(hints[12..]));
        return Return(t, result, Pointer(block, 32), writer.Write(found, port, (flags & CanonicalName) != 0 ? node : null));
    }

    private static IReadOnlyList<IPAddress> Resolve(HostNames names, string? node, int flags)
    {
        if (node is null)
        {
            return (flags & Passive) == 0 ? HostNames.Loopback : HostNames.HasInternet6 ? [IPAddress.IPv6Any, IPAddress.Any] : [IPAddress.Any];
        }
        return HostNames.TryParse(node, out IPAddress address) ? [address]
            : (flags & NumericHost) != 0 ? []
            : names.Find(node);
    }

    /// <summary>gethostbyname: { name; result; size* }. IPv4 alone, as the call has always been.</summary>
    private static uint GetHostByName(NtThread t, HostNames names, ReadOnlySpan<byte> block)
    {
        if (!TryReadText(t, Pointer(block, 0), out string? name) || name is null)
        {
            return Fault;
        }
        List<IPAddress> found = Resolve(names, name, 0).Where(a => a.AddressFamily == AddressFamily.InterNetwork).ToList();
        GuestPointer result = Pointer(block, 8);
        return found.Count == 0 ? HostNotFound : Return(t, result, Pointer(block, 16), HostEntryWriter.Write(result, name, found));
    }

    /// <summary>gethostbyaddr: { address; int length; int family; result; size* }.</summary>
    private static uint GetHostByAddress(NtThread t, HostNames names, ReadOnlySpan<byte> block)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(block[8..]);
        int family = BinaryPrimitives.ReadInt32LittleEndian(block[12..]);
        if ((family, length) is not ((SocketAddress.Internet, 4) or (SocketAddress.Internet6, 16)))
        {
            return Fault;
        }
        Span<byte> bytes = stackalloc byte[length];
        if (!t.Memory.TryRead(Pointer(block, 0), bytes))
        {
            return Fault;
        }
        IPAddress address = new(bytes);
        GuestPointer result = Pointer(block, 16);
        return names.FindName(address) is { } name ? Return(t, result, Pointer(block, 24), HostEntryWriter.Write(result, name, [address])) : HostNotFound;
    }

    /// <summary>getnameinfo: { address; int length; host; uint length; service; uint length; int flags }.</summary>
    private static uint GetNameInfo(NtThread t, HostNames names, ReadOnlySpan<byte> block)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(block[8..]);
        int flags = BinaryPrimitives.ReadInt32LittleEndian(block[44..]);
        Span<byte> bytes = stackalloc byte[Math.Clamp(length, 0, SocketAddress.MaximumLength)];
        if (!t.Memory.TryRead(Pointer(block, 0), bytes))
        {
            return Fault;
        }
        if (!SocketAddress.TryFromWindows(bytes, SocketAddress.Internet, out SocketAddress address) && !SocketAddress.TryFromWindows(bytes, SocketAddress.Internet6, out address))
        {
            return bytes.Length >= 2 && BinaryPrimitives.ReadUInt16LittleEndian(bytes) is SocketAddress.Internet or SocketAddress.Internet6 ? Fault : FamilyNotSupported;
        }
        uint hostLength = BinaryPrimitives.ReadUInt32LittleEndian(block[24..]);
        uint serviceLength = BinaryPrimitives.ReadUInt32LittleEndian(block[40..]);
        uint error = 0;
        if (!Pointer(block, 16).IsNull && hostLength != 0)
        {
            string? name = (flags & NumericHostName) != 0 ? null : names.FindName(address.Address);
            if (name is null && (flags & NameRequired) != 0)
            {
                return HostNotFound;
            }
            error = WriteText(t, Pointer(block, 16), hostLength, name ?? address.Address.ToString());
        }
        if (error == 0 && !Pointer(block, 32).IsNull && serviceLength != 0)
        {
            string? name = (flags & NumericServiceName) != 0 ? null : ServiceNames.NameOf(address.Port);
            error = WriteText(t, Pointer(block, 32), serviceLength, name ?? address.Port.ToString(CultureInfo.InvariantCulture));
        }
        return error;
    }

    private static uint Return(NtThread t, GuestPointer result, GuestPointer size, ReadOnlySpan<byte> bytes)
    {
        if (!t.Memory.TryRead(size, out uint room))
        {
            return Fault;
        }
        if (room < (uint)bytes.Length)
        {
            return t.Memory.TryWrite(size, (uint)bytes.Length) ? InsufficientBuffer : Fault;
        }
        return t.Memory.TryWrite(result, bytes) ? 0 : Fault;
    }

    private static uint WriteText(NtThread t, GuestPointer target, uint room, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text + "\0");
        return (uint)bytes.Length <= room && t.Memory.TryWrite(target, bytes) ? 0 : Fault;
    }

    private static bool TryReadText(NtThread t, GuestPointer source, out string? text)
    {
        text = null;
        if (source.IsNull)
        {
            return true;
        }
        bool isRead = t.Memory.TryReadAnsiString(source, MaximumName, out string read);
        text = read;
        return isRead;
    }

    private static GuestPointer Pointer(ReadOnlySpan<byte> block, int offset) => new(BinaryPrimitives.ReadUInt64LittleEndian(block[offset..]));
}
