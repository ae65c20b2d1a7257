using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using PortableVirt.Emulation.Sockets.Dns;

namespace PortableVirt.Emulation.Io.Tests.Sockets;

/// <summary>Questions to name servers, against servers of the test on the loopback interface.</summary>
public sealed class DnsClientTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task AnAnswerWithAnotherIdIsPassedOver()
    {
        using UdpClient server = new(new IPEndPoint(IPAddress.Loopback, 0));
        Task serving = ServeAsync();
        byte[]? answer = await Task.Run(() => DnsClient.Ask([IPAddress.Loopback], PortOf(server.Client), "example.test", DnsMessage.Address, _patience, isStream: false));
        await serving;
        Assert.NotNull(answer);
        Assert.Equal(1, DnsMessage.AnswerCount(answer));
        Assert.Equal([192, 0, 2, 7], answer[^4..]);

        async Task ServeAsync()
        {
            UdpReceiveResult question = await server.ReceiveAsync();
            byte[] forged = Answer(question.Buffer, "192.0.2.66");
            forged[0] ^= 1;
            await server.SendAsync(forged, question.RemoteEndPoint);
            await server.SendAsync(Answer(question.Buffer, "192.0.2.7"), question.RemoteEndPoint);
        }
    }

    [Fact]
    public async Task ACutAnswerIsAskedForByConnection()
    {
        using TcpListener stream = new(IPAddress.Loopback, 0);
        stream.Start();
        using UdpClient server = new(new IPEndPoint(IPAddress.Loopback, PortOf(stream.Server)));
        Task serving = ServeAsync();
        byte[]? answer = await Task.Run(() => DnsClient.Ask([IPAddress.Loopback], PortOf(stream.Server), "example.test", DnsMessage.Address, _patience, isStream: false));
        await serving;
        Assert.NotNull(answer);
        Assert.Equal([192, 0, 2, 8], answer[^4..]);

        async Task ServeAsync()
        {
            UdpReceiveResult question = await server.ReceiveAsync();
            byte[] cut = Answer(question.Buffer, "192.0.2.66");
            cut[2] |= 2;
            await server.SendAsync(cut, question.RemoteEndPoint);
            using TcpClient client = await stream.AcceptTcpClientAsync();
            byte[] length = new byte[2];
            await client.GetStream().ReadExactlyAsync(length);
            byte[] again = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
            await client.GetStream().ReadExactlyAsync(again);
            byte[] reply = Answer(again, "192.0.2.8");
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)reply.Length);
            await client.GetStream().WriteAsync((byte[])[.. length, .. reply]);
        }
    }

    [Fact]
    public void SilenceEnds()
    {
        using UdpClient server = new(new IPEndPoint(IPAddress.Loopback, 0));
        Assert.Null(DnsClient.Ask([IPAddress.Loopback], PortOf(server.Client), "example.test", DnsMessage.Address, TimeSpan.FromMilliseconds(100), isStream: false));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData("ä.test")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123.test")]
    public void WhatIsNoNameIsNotAsked(string name) => Assert.Equal(name.Length == 0, DnsMessage.TryAsk(1, name, DnsMessage.Address, out _));

    [Theory]
    [InlineData("1.0.0.127.in-addr.arpa", "127.0.0.1")]
    [InlineData("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa.", "::1")]
    [InlineData("256.0.0.127.in-addr.arpa", null)]
    [InlineData("in-addr.arpa", null)]
    [InlineData("example.test", null)]
    public void NamesOfAddressesAreRead(string name, string? address) => Assert.Equal(address, DnsMessage.ReverseAddress(name)?.ToString());

    [Fact]
    public void TheHostsFileIsRead()
    {
        string[] lines = ["127.0.0.1 localhost", "# 192.0.2.1 hidden", "192.0.2.2\tone two # three", "::1 Two", "nonsense two", ""];
        Assert.Equal([IPAddress.Parse("192.0.2.2"), IPAddress.IPv6Loopback], HostsFile.Find(lines, "two"));
        Assert.Empty(HostsFile.Find(lines, "three"));
        Assert.Empty(HostsFile.Find(lines, "hidden"));
    }

    [Fact]
    public void TheLastNameOfAMessageBecomesAPointer()
    {
        byte[] message = DnsMessage.Answer("1.0.0.127.in-addr.arpa", DnsMessage.Pointer, [], "host.test");
        byte[] changed = DnsMessage.WithLastNameCompressed(message);
        Assert.Equal(message.Length + 1, changed.Length);
        Assert.Equal("host.test".Length + 3, BinaryPrimitives.ReadUInt16BigEndian(changed.AsSpan(changed.Length - 14)));
        Assert.Equal(0, changed[((changed[^2] & 0x3f) << 8) | changed[^1]]);
        byte[] address = DnsMessage.Answer("host.test", DnsMessage.Address, [IPAddress.Loopback], null);
        Assert.Same(address, DnsMessage.WithLastNameCompressed(address));
    }

    [Fact]
    public void DamagedMessagesAreLeftAlone()
    {
        byte[] message = DnsMessage.Answer("1.0.0.127.in-addr.arpa", DnsMessage.Pointer, [], "host.test");
        Random random = new(7);
        for (int i = 0; i < 5000; i++)
        {
            byte[] damaged = message[..random.Next(DnsMessage.HeaderLength, message.Length + 1)];
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            Assert.InRange(DnsMessage.WithLastNameCompressed(damaged).Length, damaged.Length, damaged.Length + 1);
        }
    }

    private static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    private static byte[] Answer(byte[] question, string address)
    {
        byte[] answer = DnsMessage.Answer("example.test", DnsMessage.Address, [IPAddress.Parse(address)], null);
        question.AsSpan(0, 2).CopyTo(answer);
        return answer;
    }
}
