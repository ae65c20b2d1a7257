using System.Buffers.Binary;
using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.Emulation.Sockets.Icmp;
using FileOptions = PortableVirt.Emulation.Io.FileOptions;

namespace PortableVirt.Emulation.Sockets.Nsi;

/// <summary>An open \\.\Nsi (libwine's control codes: CTL_CODE(FILE_DEVICE_NETWORK, 0x400 to 0x403, METHOD_BUFFERED)).</summary>
internal sealed class NsiFile(SocketNetwork network, Executive executive, uint access, uint share, FileOptions options) : FileObject(executive, access, share, options)
{
    private const uint EnumerateAll = 0x121000, GetAllParameters = 0x121004, GetParameter = 0x121008, Echo = 0x12100c;
    private const uint MaximumInput = 4096, MaximumEcho = EchoMessage.RequestHeader + 40 + EchoMessage.MaximumData;
    private const int EnumerateHeader = 56, AllHeader = 48, OneHeader = 44;

    /// <summary>Most rows of one answer.</summary>
    private const uint MaximumRows = 1 << 16;

    /// <summary>FILE_DEVICE_NETWORK.</summary>
    public override uint DeviceType => 0x12;

    /// <inheritdoc/>
    public override string ObjectName => @"\Device\Nsi";

    /// <inheritdoc/>
    public override string FileName => ObjectName;

    /// <inheritdoc/>
    internal override NtStatus DeviceControl(in IoReply reply, in IoControl control)
    {
        int minimum = control.Code switch { EnumerateAll => EnumerateHeader, GetAllParameters => AllHeader, GetParameter => OneHeader, Echo => EchoMessage.RequestHeader, _ => 0 };
        if (minimum == 0)
        {
            return NtStatus.NotSupported;
        }
        if (control.InputLength < (uint)minimum || control.InputLength > (control.Code == Echo ? MaximumEcho : MaximumInput))
        {
            return NtStatus.InvalidParameter;
        }
        byte[] input = new byte[control.InputLength];
        if (!reply.Thread.Memory.TryRead(control.Input, input))
        {
            return NtStatus.AccessViolation;
        }
        return control.Code switch
        {
            EnumerateAll => Enumerate(reply, control, input),
            GetAllParameters => ReturnAll(reply, control, input),
            Echo => SendEcho(reply, control, input),
            _ => ReturnOne(reply, control, input),
        };
    }

    /// <summary>{ module; uint; uint; table; four sizes; count } to { count; keys; writable; dynamic; static parts }, an array each.</summary>
    private NtStatus Enumerate(in IoReply reply, in IoControl control, ReadOnlySpan<byte> input)
    {
        NsiTable? table = NsiTables.Find(network, input, U32(input, 32));
        if (table is null)
        {
            return NtStatus.NotSupported;
        }
        uint count = U32(input, 52);
        uint key = U32(input, 36), writable = U32(input, 40), dynamic = U32(input, 44), fixedPart = U32(input, 48);
        if (!table.Accepts(key, writable, dynamic, fixedPart) || count > MaximumRows)
        {
            return NtStatus.InvalidParameter;
        }
        ulong rowSize = key + writable + dynamic + fixedPart;
        if (control.OutputLength < sizeof(uint) + (rowSize * count))
        {
            return NtStatus.InvalidParameter;
        }
        int filled = rowSize == 0 ? 0 : (int)Math.Min(count, table.Rows.Count);
        byte[] output = new byte[sizeof(uint) + (rowSize * (ulong)(rowSize == 0 ? 0 : count))];
        BinaryPrimitives.WriteUInt32LittleEndian(output, rowSize == 0 ? (uint)table.Rows.Count : (uint)filled);
        int position = sizeof(uint);
        Copy(output, ref position, table.Rows, key, filled, count, row => row.Key);
        Copy(output, ref position, table.Rows, writable, filled, count, row => row.Writable);
        Copy(output, ref position, table.Rows, dynamic, filled, count, row => row.Dynamic);
        Copy(output, ref position, table.Rows, fixedPart, filled, count, row => row.Static);
        bool isWhole = rowSize == 0 || filled == table.Rows.Count;
        return reply.Thread.Memory.TryWrite(control.Output, output)
            ? reply.Complete(isWhole ? NtStatus.Success : NtStatus.BufferOverflow, (ulong)output.Length)
            : NtStatus.AccessViolation;
    }

    private static void Copy(byte[] output, ref int position, IReadOnlyList<NsiRow> rows, uint size, int filled, uint count, Func<NsiRow, byte[]> part)
    {
        if (size == 0)
        {
            return;
        }
        for (int i = 0; i < filled; i++)
        {
            part(rows[i]).CopyTo(output, position + (i * (int)size));
        }
        position += (int)(size * count);
    }

    /// <summary>{ module; uint; table; four sizes; key } to { writable; dynamic; static part } of a row.</summary>
    private NtStatus ReturnAll(in IoReply reply, in IoControl control, ReadOnlySpan<byte> input)
    {
        NsiTable? table = NsiTables.Find(network, input, U32(input, 28));
        if (table is null)
        {
            return NtStatus.NotSupported;
        }
        uint key = U32(input, 32), writable = U32(input, 36), dynamic = U32(input, 40), fixedPart = U32(input, 44);
        if (!table.Accepts(key, writable, dynamic, fixedPart) || key > (uint)(input.Length - AllHeader))
        {
            return NtStatus.InvalidParameter;
        }
        if (table.Find(input.Slice(AllHeader, (int)key)) is not { } row)
        {
            return NtStatus.ObjectNameNotFound;
        }
        byte[] output = [.. writable == 0 ? [] : row.Writable, .. dynamic == 0 ? [] : row.Dynamic, .. fixedPart == 0 ? [] : row.Static];
        return Return(reply, control, output);
    }

    /// <summary>{ module; uint; table; key size; part; offset; key } to a piece of one part.</summary>
    private NtStatus ReturnOne(in IoReply reply, in IoControl control, ReadOnlySpan<byte> input)
    {
        NsiTable? table = NsiTables.Find(network, input, U32(input, 28));
        if (table is null)
        {
            return NtStatus.NotSupported;
        }
        uint key = U32(input, 32), offset = U32(input, 40);
        if (key != (uint)table.KeySize || key > (uint)(input.Length - OneHeader))
        {
            return NtStatus.InvalidParameter;
        }
        if (table.Find(input.Slice(OneHeader, (int)key)) is not { } row)
        {
            return NtStatus.ObjectNameNotFound;
        }
        byte[] part = U32(input, 36) switch { 0 => row.Writable, 1 => row.Dynamic, 2 => row.Static, _ => [] };
        return offset > (uint)part.Length || control.OutputLength > (uint)part.Length - offset
            ? NtStatus.InvalidParameter
            : Return(reply, control, part.AsSpan((int)offset, (int)control.OutputLength));
    }

    /// <summary>
    /// { source; target; ulong user's address; bits, time to live, type of service, flags; lengths of options and data; milliseconds; options; data } to
    /// ICMP_ECHO_REPLY. STATUS_ACCESS_DENIED where the policy or the host's kernel allows no echo there. Options are refused, as Linux does without rights.
    /// </summary>
    private NtStatus SendEcho(in IoReply reply, in IoControl control, ReadOnlySpan<byte> input)
    {
        const byte bits = 64, wholeFlag = 2;
        ulong userAddress = BinaryPrimitives.ReadUInt64LittleEndian(input[56..]);
        uint optionLength = U32(input, 68), length = U32(input, 72), milliseconds = U32(input, 76);
        if (!SocketAddress.TryFromWindows(input.Slice(28, SocketAddress.MaximumLength), SocketAddress.Internet, out SocketAddress peer) || input[64] != bits
            || length > (uint)(input.Length - EchoMessage.RequestHeader) || length > EchoMessage.MaximumData)
        {
            return NtStatus.InvalidParameter;
        }
        if (optionLength != 0)
        {
            return NtStatus.NotSupported;
        }
        NtStatus status = NetworkStatus.AskPeer(reply.Thread, network, peer, NetworkStatus.Echo);
        if (!status.IsSuccess)
        {
            return status;
        }
        EchoSocket? socket = EchoSocket.Open(peer, input[65], input[66], (input[67] & wholeFlag) != 0, out int error);
        if (socket is null && error is Errno.EACCES or Errno.EPERM)
        {
            reply.Thread.Executive.Report.HostLacks(reply.Thread, "the program sends echoes (ping), which this computer allows to the groups in the setting net.ipv4.ping_group_range alone");
            return NtStatus.AccessDenied;
        }
        error = socket?.Send(EchoMessage.Write(EchoRequest.Sequence, input.Slice(EchoMessage.RequestHeader, (int)length))) ?? error;
        if (socket is null || error != 0)
        {
            socket?.Dispose();
            return Return(reply, control, EchoMessage.Reply(peer.Address.GetAddressBytes(), EchoRequest.ToIpStatus(error), 0, 0, [], userAddress));
        }
        EchoRequest request = new(reply, socket, peer, control.Output, control.OutputLength, userAddress, milliseconds);
        AddRequest(request);
        if (!request.TryStart())
        {
            socket.Dispose();
            request.TryComplete(NtStatus.InsufficientResources, 0);
        }
        return AwaitRequest(reply.Thread, request);
    }

    private static NtStatus Return(in IoReply reply, in IoControl control, ReadOnlySpan<byte> output) =>
        control.OutputLength < (uint)output.Length ? NtStatus.InvalidParameter
        : reply.Thread.Memory.TryWrite(control.Output, output) ? reply.Complete(NtStatus.Success, (ulong)output.Length)
        : NtStatus.AccessViolation;

    private static uint U32(ReadOnlySpan<byte> input, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(input[offset..]);
}
