using System.Net;
using System.Net.Sockets;

namespace PortableVirt.Protocol.Server.Listeners;

/// <summary>The folder of a server's socket: one server at a time, nothing stale.</summary>
public sealed class SocketFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode Everybody = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const UnixFileMode EverybodyWrites = Everybody | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private readonly FileStream _lock;
    private readonly string _path;
    private readonly bool _forAll;

    private SocketFolder(FileStream @lock, string path, bool forAll)
    {
        _lock = @lock;
        _path = path;
        _forAll = forAll;
    }

    /// <summary>Takes the folder, makes it if needed, and removes the socket that a killed server left.</summary>
    /// <param name="socketPath">Absolute path of the socket.</param>
    /// <param name="forAll">True: every user may connect (folder 0755, socket 0777); false: the own user only (0700 both).</param>
    /// <exception cref="IOException">Another server has it, or it cannot be made.</exception>
    public static SocketFolder Take(string socketPath, bool forAll)
    {
        string folder = Path.GetDirectoryName(socketPath) ?? throw new IOException($"{socketPath} is not the path of a socket");
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            File.SetUnixFileMode(folder, forAll ? Everybody : OwnerOnly);
        }

        FileStream taken;
        try
        {
            taken = new FileStream(socketPath + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new IOException($"another process serves {socketPath} ({e.Message})", e);
        }

        File.Delete(socketPath);
        return new SocketFolder(taken, socketPath, forAll);
    }

    /// <summary>A bound socket with the right mode, not listening yet.</summary>
    public Socket Bind(EndPoint endPoint)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(endPoint);
            File.SetUnixFileMode(_path, _forAll ? EverybodyWrites : OwnerOnly);
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
