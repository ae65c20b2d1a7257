using System.Buffers.Binary;

namespace PortableVirt.Emulation.Sockets.Nsi;

/// <summary>The VM's own sockets (nsi_tcp_conn_..., nsi_udp_endpoint_...); those of the host's other programs are not shown.</summary>
internal static class ConnectionRows
{
    /// <summary>MIB_TCP_STATE (tcpmib.h).</summary>
    private const uint Listening = 2, Connecting = 3, Established = 5;

    /// <summary>Connections and listening sockets.</summary>
    public static NsiTable ReadTcp(SocketNetwork network, bool listening, bool established)
    {
        List<NsiRow> rows = [];
        foreach (SocketFile socket in network.Sockets().Where(s => s.Type == SocketFile.Stream))
        {
            uint state = socket.State switch
            {
                SocketState.Listening => Listening,
                SocketState.Connecting => Connecting,
                SocketState.Connected => Established,
                _ => 0,
            };
            if (state == 0 || (listening && state != Listening) || (established && state != Established))
            {
                continue;
            }
            byte[] key = new byte[2 * SocketAddress.MaximumLength];
            Write(key, socket.LocalAddress, socket.Family);
            Write(key.AsSpan(SocketAddress.MaximumLength), state == Listening ? default : socket.PeerAddress, socket.Family);
            byte[] dynamic = new byte[20];
            BinaryPrimitives.WriteUInt32LittleEndian(dynamic, state);
            byte[] fixedPart = new byte[32];
            BinaryPrimitives.WriteUInt32LittleEndian(fixedPart.AsSpan(12), socket.OwnerProcessId);
            rows.Add(new NsiRow(key, [], dynamic, fixedPart));
        }
        return new NsiTable(2 * SocketAddress.MaximumLength, 0, 20, 32, rows);
    }

    /// <summary>Bound datagram sockets.</summary>
    public static NsiTable ReadUdp(SocketNetwork network)
    {
        List<NsiRow> rows = [];
        foreach (SocketFile socket in network.Sockets().Where(s => s.Type == SocketFile.Datagram && s.LocalAddress.Length != 0))
        {
            byte[] key = new byte[SocketAddress.MaximumLength];
            Write(key, socket.LocalAddress, socket.Family);
            byte[] fixedPart = new byte[32];
            BinaryPrimitives.WriteUInt32LittleEndian(fixedPart, socket.OwnerProcessId);
            rows.Add(new NsiRow(key, [], [], fixedPart));
        }
        return new NsiTable(SocketAddress.MaximumLength, 0, 0, 32, rows);
    }

    /// <summary>SOCKADDR_INET; a socket without a peer has the unspecified one of its family.</summary>
    private static void Write(Span<byte> target, SocketAddress address, int family)
    {
        SocketAddress written = address.Length == 0 ? SocketAddress.Any(family) : address;
        written.WindowsForm.CopyTo(target);
    }
}
