using System.Net.Sockets;
using System.Text;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Dispatch.Native;

namespace PortableVirt.Dispatch.Vms;

/// <summary>The sockets that VM-apps listen on for the daemon: one a VM, in a folder that only the daemon's user can enter. They are what a
/// restarted daemon finds its VMs again by.</summary>
internal sealed class VmSockets
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Connections that may wait: the daemon's, and a restarted daemon's before the VM-app has noticed the end of the old one.</summary>
    private const int Backlog = 8;

    /// <summary>sun_path of sockaddr_un.</summary>
    private const int LongestPath = 108;

    private const string Suffix = ".sock";
    private readonly string _folder;

    /// <summary>Sockets below the folder of the daemon's own.</summary>
    public VmSockets(string daemonSocket)
    {
        _folder = Path.Combine(Path.GetDirectoryName(daemonSocket)!, "vms");
        Directory.CreateDirectory(_folder, OwnerOnly);
    }

    /// <summary>Path of a VM's socket.</summary>
    public string PathOf(string vmId) => Path.Combine(_folder, vmId + Suffix);

    /// <summary>A new socket for a VM-app to listen on. By system calls: .NET's sockets remove their path when they are closed.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public SafeFileHandle Listen(string vmId)
    {
        string path = PathOf(vmId);
        File.Delete(path);
        byte[] name = Encoding.UTF8.GetBytes(path);
        if (name.Length >= LongestPath)
        {
            throw new IOException($"{path} is longer than the {LongestPath - 1} bytes that a socket's path may have (unix(7))");
        }

        // sockaddr_un: the family in two bytes, then the path with a zero byte at its end.
        byte[] address = [(byte)NativeFile.AfUnix, 0, .. name, 0];
        SafeFileHandle socket = NativeFile.Socket(NativeFile.AfUnix, NativeFile.SockStreamCloExec, 0);
        try
        {
            if (socket.IsInvalid)
            {
                throw NativeCall.Failed("socket");
            }

            NativeCall.Check(NativeFile.Bind(socket, address, (uint)address.Length), $"bind {path}");
            NativeCall.Check(NativeFile.Listen(socket, Backlog), "listen");
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A connection to a VM-app; null when nobody listens, or when so many connections wait for it that it must be stuck: the daemon does
    /// not wait for any VM-app.</summary>
    public Socket? TryConnect(string vmId)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(PathOf(vmId)));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <summary>Removes a VM's socket.</summary>
    public void Remove(string vmId) => File.Delete(PathOf(vmId));

    /// <summary>Removes the folder if no socket is left in it.</summary>
    public void RemoveFolderIfEmpty()
    {
        if (Directory.GetFiles(_folder).Length == 0)
        {
            Directory.Delete(_folder);
        }
    }

    /// <summary>Removes the sockets of VMs that are not among these.</summary>
    public void Sweep(IReadOnlySet<string> vmIds)
    {
        foreach (string path in Directory.GetFiles(_folder, "*" + Suffix))
        {
            if (!vmIds.Contains(Path.GetFileNameWithoutExtension(path)))
            {
                File.Delete(path);
            }
        }
    }
}
