using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace PortableVirt.Agent.Bus;

/// <summary>A connection to the session's bus that makes calls, one after the other. The bus may be anything: messages are checked, answers awaited for a time.</summary>
internal sealed class SessionBus : IDisposable
{
    private const int TimeoutMilliseconds = 3000;
    private const int MaxMessage = 1 << 20;
    private const int HeaderLength = 16;

    private const byte LittleEndian = (byte)'l';
    private const byte MethodCall = 1;
    private const byte MethodReturn = 2;
    private const byte Error = 3;
    private const byte Version = 1;

    private const byte FieldPath = 1;
    private const byte FieldInterface = 2;
    private const byte FieldMember = 3;
    private const byte FieldErrorName = 4;
    private const byte FieldReplySerial = 5;
    private const byte FieldDestination = 6;
    private const byte FieldSignature = 8;

    private readonly Socket _socket;
    private uint _serial;

    private SessionBus(Socket socket) => _socket = socket;

    /// <summary>Connects to the session's bus.</summary>
    /// <param name="environment">The session's variables.</param>
    /// <exception cref="BusException">There is none, or it does not let us in.</exception>
    public static SessionBus Connect(IReadOnlyDictionary<string, string> environment)
    {
        foreach (UnixDomainSocketEndPoint address in BusAddress.OfSession(environment))
        {
            Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = TimeoutMilliseconds, SendTimeout = TimeoutMilliseconds };
            SessionBus bus = new(socket);
            try
            {
                socket.Connect(address);
                bus.Authenticate();
                bus.Call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello", "", _ => { });
                return bus;
            }
            catch (Exception e) when (e is SocketException or BusException)
            {
                bus.Dispose();
            }
        }
        throw new BusException("the session has no bus that answers");
    }

    /// <summary>Calls a method and gives the values that it answers with.</summary>
    /// <param name="destination">Name of the service.</param>
    /// <param name="path">Path of the object.</param>
    /// <param name="interface">Name of the interface.</param>
    /// <param name="member">Name of the method.</param>
    /// <param name="signature">Types of the arguments.</param>
    /// <param name="arguments">Writes them.</param>
    /// <exception cref="BusException">It failed, or nobody answered in 3 s.</exception>
    public BusReader Call(string destination, string path, string @interface, string member, string signature, Action<BusWriter> arguments)
    {
        BusWriter body = new();
        arguments(body);
        BusWriter message = new();
        uint serial = ++_serial;
        message.Raw([LittleEndian, MethodCall, 0, Version]);
        message.UInt32((uint)body.Length);
        message.UInt32(serial);
        message.Array(8, () =>
        {
            Field(message, FieldPath, "o", path);
            Field(message, FieldInterface, "s", @interface);
            Field(message, FieldMember, "s", member);
            Field(message, FieldDestination, "s", destination);
            if (signature.Length != 0)
            {
                message.Align(8);
                message.Byte(FieldSignature);
                message.Variant("g", () => message.Signature(signature));
            }
        });
        message.Align(8);
        message.Raw(body.Bytes);
        try
        {
            Send(message.Bytes);
            return Answer(serial, member);
        }
        catch (SocketException e)
        {
            throw new BusException($"{member}: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static void Field(BusWriter message, byte code, string type, string value)
    {
        message.Align(8);
        message.Byte(code);
        message.Variant(type, () => message.String(value));
    }

    /// <summary>EXTERNAL: the bus reads our id from the socket.</summary>
    private void Authenticate()
    {
        string id = NativeFile.GetEUid().ToString(CultureInfo.InvariantCulture);
        Send(Encoding.ASCII.GetBytes($"\0AUTH EXTERNAL {Convert.ToHexStringLower(Encoding.ASCII.GetBytes(id))}\r\n"));
        StringBuilder line = new();
        Span<byte> one = stackalloc byte[1];
        while (line.Length < 512 && (line.Length == 0 || line[^1] != '\n'))
        {
            Receive(one);
            line.Append((char)one[0]);
        }
        if (!line.ToString().StartsWith("OK ", StringComparison.Ordinal))
        {
            throw new BusException("the session's bus refuses this user");
        }
        Send("BEGIN\r\n"u8);
    }

    private BusReader Answer(uint serial, string member)
    {
        while (true)
        {
            byte[] head = new byte[HeaderLength];
            Receive(head);
            bool isLittle = head[0] == LittleEndian;
            uint bodyLength = Number(head.AsSpan(4), isLittle);
            uint fieldsLength = Number(head.AsSpan(12), isLittle);
            if (bodyLength > MaxMessage || fieldsLength > MaxMessage)
            {
                throw new BusException("the session's bus sends a message that is too long");
            }
            byte[] fields = new byte[(int)((fieldsLength + 7) & ~7u)];
            Receive(fields);
            byte[] body = new byte[(int)bodyLength];
            Receive(body);
            (uint replyTo, string? error) = ReadFields(new BusReader(fields.AsMemory(0, (int)fieldsLength), isLittle));
            if (replyTo == serial && head[1] == MethodReturn)
            {
                return new BusReader(body, isLittle);
            }
            if (replyTo == serial && head[1] == Error)
            {
                throw new BusException($"{member}: {error}");
            }
        }
    }

    private static (uint ReplyTo, string? Error) ReadFields(BusReader fields)
    {
        uint replyTo = 0;
        string? error = null;
        while (!fields.IsEnd)
        {
            fields.Align(8);
            byte code = fields.Byte();
            switch (fields.Signature())
            {
                case "u":
                    uint number = fields.UInt32();
                    replyTo = code == FieldReplySerial ? number : replyTo;
                    break;
                case "s" or "o":
                    string text = fields.String();
                    error = code == FieldErrorName ? text : error;
                    break;
                case "g":
                    _ = fields.Signature();
                    break;
                default:
                    throw new BusException("the session's bus sends a message with an unknown field");
            }
        }
        return (replyTo, error);
    }

    private static uint Number(ReadOnlySpan<byte> bytes, bool isLittle) => isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);

    private void Send(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length != 0)
        {
            bytes = bytes[_socket.Send(bytes)..];
        }
    }

    private void Receive(Span<byte> bytes)
    {
        while (bytes.Length != 0)
        {
            int count = _socket.Receive(bytes);
            if (count == 0)
            {
                throw new BusException("the session's bus has closed the connection");
            }
            bytes = bytes[count..];
        }
    }
}
