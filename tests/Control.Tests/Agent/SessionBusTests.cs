using System.Net.Sockets;
using System.Text;
using PortableVirt.Agent.Bus;
using PortableVirt.Tests.Support;

namespace PortableVirt.Control.Tests.Agent;

/// <summary>The agent's side of the session's bus, against a bus that answers anything.</summary>
public sealed class SessionBusTests : IDisposable
{
    private const int Seeds = 300;
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("unix:path=/run/user/1000/bus,guid=12", "/run/user/1000/bus")]
    [InlineData("tcp:host=x;unix:path=/a%20b", "/a b")]
    [InlineData("unix:abstract=/tmp/dbus-x", "\0/tmp/dbus-x")]
    [InlineData("unix:path=", null)]
    [InlineData("unix:tmpdir=/tmp", null)]
    [InlineData("", null)]
    public void Addresses_are_read(string addresses, string? path) =>
        Assert.Equal(path is null ? null : new UnixDomainSocketEndPoint(path), BusAddress.Read(addresses).SingleOrDefault());

    [Fact]
    public void A_path_that_is_too_long_for_a_socket_is_left_out() => Assert.Empty(BusAddress.Read("unix:path=/" + new string('x', 200)));

    [Fact]
    public void What_is_written_is_read()
    {
        BusWriter writer = new();
        writer.Byte(7);
        writer.UInt32(0x01020304);
        writer.String("Grüße\0cut");
        writer.Signature("a{sv}");
        writer.Array(4, () =>
        {
            writer.String("one");
            writer.String("three");
        });
        BusReader reader = new(writer.Bytes.ToArray(), isLittle: true);
        Assert.Equal(7, reader.Byte());
        Assert.Equal(0x01020304u, reader.UInt32());
        Assert.Equal("Grüße", reader.String());
        Assert.Equal("a{sv}", reader.Signature());
        reader.Align(4);
        Assert.Equal(["one", "three"], reader.Strings());
        Assert.True(reader.IsEnd);
    }

    /// <summary>The bytes are those of the specification's rules, written by hand: an answer to serial 1 in either byte order.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_of_either_byte_order_is_understood(bool isLittle)
    {
        byte[] Number(byte value) => isLittle ? [value, 0, 0, 0] : [0, 0, 0, value];
        byte[] Answer(byte serial, byte value) =>
        [
            (byte)(isLittle ? 'l' : 'B'), 2, 0, 1, .. Number(4), .. Number(9), .. Number(8),
            5, 1, (byte)'u', 0, .. Number(serial),
            .. Number(value),
        ];
        using SessionBus bus = await ConnectAsync(socket =>
        {
            Serve(socket, Answer(1, 0));
            Read(socket);
            // An answer to something else comes first.
            socket.Send([.. Answer(77, 5), .. Answer(2, 42)]);
            // The reads above may have met only a part of what the client said: a bus that goes would end the client's sending.
            while (socket.Receive(new byte[4096]) > 0)
            {
            }
        });
        Assert.Equal(42u, bus.Call("a.b", "/c", "a.b", "D", "s", w => w.String("x")).UInt32());
    }

    [Fact]
    public async Task A_bus_that_says_anything_is_a_failure_and_no_more()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            Random random = new(seed);
            try
            {
                using SessionBus bus = await ConnectAsync(socket =>
                {
                    byte[] bytes = new byte[random.Next(0, 200)];
                    random.NextBytes(bytes);
                    byte[] head = [(byte)'l', (byte)random.Next(1, 4), 0, 1, (byte)random.Next(0, 40), 0, 0, 0, 9, 0, 0, 0, (byte)random.Next(0, 40), 0, 0, 0];
                    Serve(socket, [.. seed % 3 == 0 ? [] : head, .. bytes]);
                });
                Assert.Fail($"seed {seed}: nonsense is no answer to Hello");
            }
            catch (BusException)
            {
                // As it should be.
            }
        }
    }

    private static void Serve(Socket socket, byte[] answer)
    {
        Read(socket);
        socket.Send(Encoding.ASCII.GetBytes("OK 0123456789abcdef\r\n"));
        Read(socket);
        socket.Send(answer);
    }

    private static void Read(Socket socket) => socket.Receive(new byte[4096]);

    private async Task<SessionBus> ConnectAsync(Action<Socket> serve)
    {
        string path = _scratch[$"bus-{Guid.NewGuid():N}"];
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        Task server = Task.Run(async () =>
        {
            using Socket socket = await listener.AcceptAsync();
            serve(socket);
        });
        Dictionary<string, string> environment = new() { ["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=" + path };
        SessionBus bus = await Task.Run(() => SessionBus.Connect(environment));
        _ = server;
        return bus;
    }
}
