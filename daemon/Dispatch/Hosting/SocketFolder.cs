using System.Net;
using System.Net.Sockets;

namespace PortableVirt.Dispatch.Hosting;

/// <summary>The folder of the daemon's socket: one daemon at a time, nothing stale.</summary>
internal sealed class SocketFolder : IDisposable
{
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const UnixFileMode SocketMode = UnixFileMode.UserRead | UnixFileMode.UserWrite
        | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private readonly FileStream _lock;
    private readonly string _path;

    private SocketFolder(FileStream @lock, string path)
    {
        _lock = @lock;
        _path = path;
    }

    /// <summary>Takes the folder and removes the socket that a killed daemon left.</summary>
    /// <exception cref="IOException">Another daemon has it, or it cannot be made.</exception>
    public static SocketFolder Take(string socketPath)
    {
        string folder = Path.GetDirectoryName(socketPath) ?? throw new IOException($"{socketPath} is not the path of a socket");
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder, FolderMode);
            File.SetUnixFileMode(folder, FolderMode);
        }

        FileStream taken;
        try
        {
            taken = new FileStream(socketPath + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new IOException($"another portablevirtd serves {socketPath} ({e.Message})", e);
        }

        File.Delete(socketPath);
        return new SocketFolder(taken, socketPath);
    }

    /// <summary>A bound socket that every user may connect to; who may do what is decided a call.</summary>
    public Socket Bind(EndPoint endPoint)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(endPoint);
            File.SetUnixFileMode(_path, SocketMode);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        File.Delete(_path);
        File.Delete(_path + ".lock");
        _lock.Dispose();
    }
}
