using System.Buffers.Binary;
using System.Net;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Sockets;
using PortableVirt.Emulation.Sockets.Nsi;
using PortableVirt.Emulation.Sync;
using PortableVirt.VirtualLayer.Network;
using FileOptions = PortableVirt.Emulation.Io.FileOptions;
using SocketAddress = PortableVirt.Emulation.Sockets.SocketAddress;

namespace PortableVirt.Emulation.Io.Tests;

public sealed class SocketTests
{
    [Theory]
    [InlineData(NetworkScope.Loopback, "127.0.0.1", NetworkVerdict.Allowed)]
    [InlineData(NetworkScope.Loopback, "127.255.1.2", NetworkVerdict.Allowed)]
    [InlineData(NetworkScope.Loopback, "::1", NetworkVerdict.Allowed)]
    [InlineData(NetworkScope.Loopback, "::ffff:127.0.0.1", NetworkVerdict.Allowed)]
    [InlineData(NetworkScope.Loopback, "::ffff:198.51.100.1", NetworkVerdict.Denied)]
    [InlineData(NetworkScope.Loopback, "198.51.100.1", NetworkVerdict.Denied)]
    [InlineData(NetworkScope.Loopback, "0.0.0.0", NetworkVerdict.Denied)]
    [InlineData(NetworkScope.Loopback, "255.255.255.255", NetworkVerdict.Denied)]
    [InlineData(NetworkScope.Loopback, "fe80::1", NetworkVerdict.Denied)]
    [InlineData(NetworkScope.None, "127.0.0.1", NetworkVerdict.NoNetwork)]
    [InlineData(NetworkScope.Host, "198.51.100.1", NetworkVerdict.Allowed)]
    public void ThePolicyDecidesAboutPeers(NetworkScope scope, string address, NetworkVerdict expected) =>
        Assert.Equal(expected, new NetworkPolicy(scope).AskPeer(IPAddress.Parse(address)));

    [Theory]
    [InlineData(NetworkScope.Loopback, "0.0.0.0", NetworkVerdict.Allowed)]
    [InlineData(NetworkScope.Loopback, "::", NetworkVerdict.Allowed)]
    [InlineData(NetworkScope.Loopback, "198.51.100.1", NetworkVerdict.Denied)]
    [InlineData(NetworkScope.None, "0.0.0.0", NetworkVerdict.NoNetwork)]
    public void ThePolicyDecidesAboutOwnAddresses(NetworkScope scope, string address, NetworkVerdict expected) =>
        Assert.Equal(expected, new NetworkPolicy(scope).AskLocal(IPAddress.Parse(address)));

    [Theory]
    [InlineData("127.0.0.1", 16, 2, 2)]
    [InlineData("::1", 28, 23, 10)]
    public void AnAddressDiffersInTheFamilyAlone(string text, int length, int windowsFamily, int hostFamily)
    {
        SocketAddress address = SocketAddress.From(IPAddress.Parse(text), 8080);
        Span<byte> host = stackalloc byte[SocketAddress.MaximumLength];
        Assert.Equal(length, address.ToHost(host));
        Assert.Equal(hostFamily, BinaryPrimitives.ReadUInt16LittleEndian(host));
        Assert.Equal(windowsFamily, BinaryPrimitives.ReadUInt16LittleEndian(address.WindowsForm));
        Assert.Equal(address.WindowsForm[2..].ToArray(), host[2..length].ToArray());
        SocketAddress back = SocketAddress.FromHost(host[..length]);
        Assert.Equal((IPAddress.Parse(text), (ushort)8080, windowsFamily), (back.Address, back.Port, back.Family));
    }

    [Fact]
    public void ShortAndForeignAddressesAreRefused()
    {
        Assert.False(SocketAddress.TryFromWindows(new byte[15], SocketAddress.Internet, out _));
        Assert.False(SocketAddress.TryFromWindows(new byte[28], SocketAddress.Internet6, out _));
        Assert.Equal(0, SocketAddress.FromHost([]).Length);
        Assert.Equal(0, SocketAddress.FromHost([1, 0, 3, 4]).Length);
    }

    [Fact]
    public void AnAddressHasOneOwner()
    {
        using IoWorld world = new();
        using SocketNetwork network = new(NetworkPolicy.Default, new PausableClock());
        SocketFile first = Socket(world, network);
        SocketFile second = Socket(world, network);
        SocketAddress address = SocketAddress.From(IPAddress.Loopback, 4711);
        Assert.Equal(NtStatus.Success, network.Bound.TryAdd(first, address, shares: false));
        Assert.Equal(NtStatus.SharingViolation, network.Bound.TryAdd(second, address, shares: false));
        Assert.Equal(NtStatus.Success, network.Bound.TryAdd(second, address, shares: true));
        network.Bound.Remove(first);
        network.Bound.Remove(second);
        Assert.Equal(NtStatus.Success, network.Bound.TryAdd(second, address, shares: false));
    }

    [Fact]
    public void ControlMessagesChangeTypeAndOrder()
    {
        byte[] host = new byte[32];
        BinaryPrimitives.WriteUInt64LittleEndian(host, 28);
        BinaryPrimitives.WriteInt32LittleEndian(host.AsSpan(12), 8);
        BinaryPrimitives.WriteInt32LittleEndian(host.AsSpan(16), 3);
        ((byte[])[127, 0, 0, 9]).CopyTo(host, 24);
        byte[] windows = new byte[64];
        Assert.True(ControlMessages.TryConvert(host, windows, out int length));
        Assert.Equal(24, length);
        Assert.Equal(19, BinaryPrimitives.ReadInt32LittleEndian(windows.AsSpan(12)));
        Assert.Equal([127, 0, 0, 9, 3, 0, 0, 0], windows[16..24]);
        Assert.False(ControlMessages.TryConvert(host, windows.AsSpan(0, 20), out _));
        BinaryPrimitives.WriteUInt64LittleEndian(host, ulong.MaxValue);
        Assert.True(ControlMessages.TryConvert(host, windows, out length));
        Assert.Equal(0, length);
    }

    [Fact]
    public void AddressListsPointIntoThemselves()
    {
        byte[] list = new AddressInfoWriter(new GuestPointer(0x10000), 2, 1, 6).Write([IPAddress.IPv6Loopback, IPAddress.Loopback], 80, "name");
        Assert.Equal(0x10000ul + 48, BinaryPrimitives.ReadUInt64LittleEndian(list.AsSpan(40)));
        Assert.Equal(0ul, BinaryPrimitives.ReadUInt64LittleEndian(list.AsSpan(48 + 40)));
        int second = (int)(BinaryPrimitives.ReadUInt64LittleEndian(list.AsSpan(48 + 32)) - 0x10000);
        Assert.True(SocketAddress.TryFromWindows(list.AsSpan(second), SocketAddress.Internet, out SocketAddress address));
        Assert.Equal((IPAddress.Loopback, (ushort)80), (address.Address, address.Port));
        int name = (int)(BinaryPrimitives.ReadUInt64LittleEndian(list.AsSpan(24)) - 0x10000);
        Assert.Equal("name\0"u8, list.AsSpan(name));
    }

    [Fact]
    public void NamesOutsideAreUnknownOnLoopback()
    {
        HostNames names = new(NetworkPolicy.Default, "COMPUTER");
        Assert.Contains(IPAddress.Loopback, names.Find("localhost"));
        Assert.Contains(IPAddress.Loopback, names.Find("computer."));
        Assert.Empty(names.Find("example.invalid"));
        Assert.Equal("computer", names.FindName(IPAddress.Loopback));
        Assert.Null(names.FindName(IPAddress.Parse("198.51.100.1")));
    }

    [Theory]
    [InlineData(0xeb004a11, 0u)]
    [InlineData(0xeb004a11, 2u)]
    [InlineData(0xeb004a00, 2u)]
    [InlineData(0xeb004a00, 10u)]
    [InlineData(0xeb004a01, 10u)]
    [InlineData(0xeb004a00, 16u)]
    [InlineData(0xeb004a01, 16u)]
    [InlineData(0xeb004a03, 3u)]
    public void RowsHaveTheSizesOfTheirTable(uint module, uint table)
    {
        using SocketNetwork network = new(NetworkPolicy.Default, new PausableClock());
        byte[] request = new byte[24];
        BinaryPrimitives.WriteUInt32LittleEndian(request.AsSpan(8), module);
        ((byte[])[0x1a, 0x9b, 0xd4, 0x11, 0x91, 0x23, 0x00, 0x50, 0x04, 0x77, 0x59, 0xbc]).CopyTo(request, 12);
        NsiTable found = Assert.IsType<NsiTable>(NsiTables.Find(network, request, table));
        Assert.All(found.Rows, row => Assert.Equal(
            (found.KeySize, found.WritableSize, found.DynamicSize, found.StaticSize),
            (row.Key.Length, row.Writable.Length, row.Dynamic.Length, row.Static.Length)));
        request[23]++;
        Assert.Null(NsiTables.Find(network, request, table));
    }

    private static SocketFile Socket(IoWorld world, SocketNetwork network) => new(network, world.Executive, 0x12019f, 3, FileOptions.None);
}
