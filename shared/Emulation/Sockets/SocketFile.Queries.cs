using System.Buffers.Binary;
using System.Runtime.InteropServices;
using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Sockets;

/// <summary>ioctlsocket and the questions of WSAIoctl.</summary>
internal sealed partial class SocketFile
{
    private const int InterfaceInfoLength = 76;

    private NtStatus BytesToRead(in IoReply reply, in IoControl control) =>
        State == SocketState.Listening ? Return(reply, control, 0) : ReturnHostNumber(reply, control, NativeSocket.BytesToRead, value => value);

    /// <summary>SIOCATMARK: Windows says whether there is no urgent data, Linux whether the mark is reached.</summary>
    private NtStatus AtMark(in IoReply reply, in IoControl control) => ReturnHostNumber(reply, control, NativeSocket.AtMark, value => value == 0 ? 1 : 0);

    private NtStatus ReturnHostNumber(in IoReply reply, in IoControl control, nuint request, Func<int, int> convert)
    {
        int value = 0;
        lock (Lock)
        {
            if (_host is not { } host)
            {
                return NtStatus.InvalidHandle;
            }
            if (NativeIo.Ioctl(host, request, ref MemoryMarshal.AsBytes(new Span<int>(ref value))[0]) < 0)
            {
                return SocketError.LastStatus;
            }
        }
        return Return(reply, control, convert(value));
    }

    /// <summary>SIO_KEEPALIVE_VALS: { uint on; uint idle; uint interval }, times in milliseconds.</summary>
    private NtStatus KeepAliveValues(in IoReply reply, in IoControl control)
    {
        NtStatus status = ReadInput(reply, control, 12, out byte[] input);
        if (!status.IsSuccess)
        {
            return status;
        }
        bool isOn = BinaryPrimitives.ReadUInt32LittleEndian(input) != 0;
        lock (Lock)
        {
            if (_host is not { } host || Type != Stream)
            {
                return NtStatus.InvalidParameter;
            }
            bool isSet = HostOption.Set(host, HostOption.Socket, HostOption.KeepAlive, isOn ? 1 : 0)
                && (!isOn || (HostOption.Set(host, HostOption.Tcp, HostOption.KeepIdle, Seconds(input.AsSpan(4))) && HostOption.Set(host, HostOption.Tcp, HostOption.KeepInterval, Seconds(input.AsSpan(8)))));
            if (!isSet)
            {
                return NtStatus.InvalidParameter;
            }
        }
        return reply.Complete(NtStatus.Success, 0);
    }

    /// <summary>Whole seconds, as the host counts them: 1 to 32767.</summary>
    private static int Seconds(ReadOnlySpan<byte> milliseconds) => (int)Math.Clamp((BinaryPrimitives.ReadUInt32LittleEndian(milliseconds) + 500L) / 1000, 1, 32767);

    /// <summary>
    /// SIO_GET_INTERFACE_LIST: INTERFACE_INFO of each IPv4 address: { uint flags; 24 bytes each for address, broadcast address, mask }.
    /// </summary>
    private NtStatus InterfaceList(in IoReply reply, in IoControl control)
    {
        List<InterfaceAddress> addresses = InterfaceTable.Read(network.Policy).SelectMany(i => i.Addresses).Where(a => a.Address.Family == SocketAddress.Internet).ToList();
        byte[] output = new byte[addresses.Count * InterfaceInfoLength];
        for (int i = 0; i < addresses.Count; i++)
        {
            Span<byte> entry = output.AsSpan(i * InterfaceInfoLength, InterfaceInfoLength);
            InterfaceAddress address = addresses[i];
            BinaryPrimitives.WriteUInt32LittleEndian(entry, address.Interface.InterfaceInfoFlags);
            address.Address.WindowsForm.CopyTo(entry[4..]);
            address.Broadcast.WindowsForm.CopyTo(entry[28..]);
            address.Mask.WindowsForm.CopyTo(entry[52..]);
        }
        return Return(reply, control, output);
    }

    /// <summary>SIO_ADDRESS_LIST_CHANGE: the addresses of a VM do not change, so the call waits until it is cancelled.</summary>
    private NtStatus AddressListChange(in IoReply reply, in IoControl control)
    {
        NtStatus status = ReadInt32(reply, control, out int overlapped);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (_nonBlocking && overlapped == 0)
        {
            return NtStatus.DeviceNotReady;
        }
        ChangeRequest request = new(reply, this);
        AddRequest(request);
        return AwaitRequest(reply.Thread, request);
    }
}
