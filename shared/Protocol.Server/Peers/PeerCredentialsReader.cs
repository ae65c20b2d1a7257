using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Protocol.Server.Peers;

/// <summary>Reads the credentials of a connected Unix socket's peer.</summary>
public static class PeerCredentialsReader
{
    /// <summary>Reads them; SO_PEERPIDFD needs Linux 6.5, before it the process is opened by its id.</summary>
    /// <exception cref="IOException">The socket has no peer credentials, or the process has ended.</exception>
    public static PeerCredentials Read(Socket socket)
    {
        Span<uint> credentials = stackalloc uint[3];
        uint length = sizeof(uint) * 3;
        Check(NativeSocket.GetSockOpt(socket.SafeHandle, NativeSocket.SolSocket, NativeSocket.SoPeerCred, credentials, ref length), "SO_PEERCRED");
        int processId = (int)credentials[0];
        return new PeerCredentials(processId, credentials[1], credentials[2], ReadGroups(socket), OpenProcess(socket, processId));
    }

    private static uint[] ReadGroups(Socket socket)
    {
        uint[] groups = new uint[64];
        while (true)
        {
            uint length = (uint)groups.Length * sizeof(uint);
            int result = NativeSocket.GetSockOpt(socket.SafeHandle, NativeSocket.SolSocket, NativeSocket.SoPeerGroups, groups, ref length);
            if (result == 0)
            {
                return groups[..(int)(length / sizeof(uint))];
            }

            if (Marshal.GetLastPInvokeError() != NativeSocket.Erange || groups.Length >= 65536)
            {
                Check(result, "SO_PEERGROUPS");
            }

            groups = new uint[65536];
        }
    }

    private static SafeFileHandle OpenProcess(Socket socket, int processId)
    {
        Span<uint> descriptor = stackalloc uint[1];
        uint length = sizeof(uint);
        int result = NativeSocket.GetSockOpt(socket.SafeHandle, NativeSocket.SolSocket, NativeSocket.SoPeerPidFd, descriptor, ref length);
        if (result == 0)
        {
            return new SafeFileHandle((nint)descriptor[0], ownsHandle: true);
        }

        SafeFileHandle opened = NativeProcess.PidFdOpen(processId, 0);
        if (opened.IsInvalid)
        {
            Check(-1, "pidfd_open");
        }

        return opened;
    }

    private static void Check(int result, string what)
    {
        if (result != 0)
        {
            throw new IOException($"{what}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }
    }
}
