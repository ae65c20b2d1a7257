using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Runtime.CompilerServices;

namespace PortableVirt.Emulation.Sockets;

/// <summary>
/// An IPv4 or IPv6 address with a port, kept as Windows lays it out: SOCKADDR_IN (16 bytes) or SOCKADDR_IN6 (28 bytes). Linux
/// lays both out alike but for the number of the IPv6 family.
/// </summary>
internal readonly struct SocketAddress
{
    /// <summary>AF_INET.</summary>
    public const int Internet = 2;

    /// <summary>AF_INET6.</summary>
    public const int Internet6 = 23;

    /// <summary>Length of the longer form in bytes.</summary>
    public const int MaximumLength = 28;

    private const int ShortLength = 16;

    private readonly Storage _bytes;

    private SocketAddress(ReadOnlySpan<byte> bytes, int family)
    {
        Length = LengthOf(family);
        Span<byte> own = _bytes;
        bytes[..Length].CopyTo(own);
        BinaryPrimitives.WriteUInt16LittleEndian(own, (ushort)family);
    }

    /// <summary>Length in bytes; 0 for no address.</summary>
    public int Length { get; }

    /// <summary>Windows' number of the family.</summary>
    public int Family => BinaryPrimitives.ReadUInt16LittleEndian(Bytes);

    /// <summary>The port.</summary>
    public ushort Port => BinaryPrimitives.ReadUInt16BigEndian(Bytes[2..]);

    /// <summary>The address without the port.</summary>
    public IPAddress Address => Family == Internet ? new IPAddress(Bytes.Slice(4, 4)) : new IPAddress(Bytes.Slice(8, 16));

    /// <summary>0.0.0.0 or ::.</summary>
    public bool IsUnspecified => !(Family == Internet ? Bytes.Slice(4, 4) : Bytes.Slice(8, 16)).ContainsAnyExcept((byte)0);

    /// <summary>As Windows lays it out.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> WindowsForm => Bytes[..Length];

    [UnscopedRef]
    private ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Takes a guest's SOCKADDR; false when it is too short or of another family than <paramref name="family"/>.</summary>
    public static bool TryFromWindows(ReadOnlySpan<byte> bytes, int family, out SocketAddress address)
    {
        address = default;
        if (bytes.Length < LengthOf(family) || BinaryPrimitives.ReadUInt16LittleEndian(bytes) != family)
        {
            return false;
        }
        address = new SocketAddress(bytes, family);
        return true;
    }

    /// <summary>Takes what a host call gave; no address when it is of another family.</summary>
    public static SocketAddress FromHost(ReadOnlySpan<byte> bytes)
    {
        int family = bytes.Length < 2 ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(bytes) switch
        {
            NativeSocket.InternetFamily => Internet,
            NativeSocket.Internet6Family => Internet6,
            _ => 0,
        };
        return family != 0 && bytes.Length >= LengthOf(family) ? new SocketAddress(bytes, family) : default;
    }

    /// <summary>The unspecified address of a family with a port.</summary>
    public static SocketAddress Any(int family, ushort port = 0)
    {
        Span<byte> bytes = stackalloc byte[MaximumLength];
        bytes.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], port);
        return new SocketAddress(bytes, family);
    }

    /// <summary>An address with a port.</summary>
    public static SocketAddress From(IPAddress value, ushort port)
    {
        Span<byte> bytes = stackalloc byte[MaximumLength];
        bytes.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], port);
        bool isShort = value.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork;
        value.TryWriteBytes(bytes[(isShort ? 4 : 8)..], out _);
        if (!isShort)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[24..], (uint)value.ScopeId);
        }
        return new SocketAddress(bytes, isShort ? Internet : Internet6);
    }

    /// <summary>The same address with another port.</summary>
    public SocketAddress WithPort(ushort port)
    {
        Span<byte> bytes = stackalloc byte[MaximumLength];
        Bytes.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], port);
        return new SocketAddress(bytes, Family);
    }

    /// <summary>Writes the host's form into at least <see cref="MaximumLength"/> bytes; returns its length.</summary>
    public int ToHost(Span<byte> target)
    {
        WindowsForm.CopyTo(target);
        BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)(Family == Internet ? NativeSocket.InternetFamily : NativeSocket.Internet6Family));
        return Length;
    }

    /// <inheritdoc/>
    public override string ToString() => Length == 0 ? "none" : new IPEndPoint(Address, Port).ToString();

    private static int LengthOf(int family) => family == Internet ? ShortLength : MaximumLength;

    [InlineArray(MaximumLength)]
    private struct Storage
    {
        private byte _first;
    }
}
