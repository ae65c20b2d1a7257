using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace PortableVirt.Protocol.Server.Listeners;

/// <summary>An end point whose connections are connected sockets that the program hands over, each with a feature that says whose it is.</summary>
public sealed class HandedSocketEndPoint : EndPoint
{
    private readonly Channel<HandedSocket> _sockets = Channel.CreateUnbounded<HandedSocket>();

    /// <summary>Gives a connected socket to the server, which owns it from now on.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="identity">Kept as a feature of the connection, by its type.</param>
    public void Hand<T>(Socket socket, T identity)
        where T : class
    {
        if (!_sockets.Writer.TryWrite(new HandedSocket(socket, features => features.Set(identity))))
        {
            socket.Dispose();
        }
    }

    /// <inheritdoc/>
    public override string ToString() => "handed-sockets";

    internal ChannelReader<HandedSocket> Sockets => _sockets.Reader;

    internal void Close() => _sockets.Writer.TryComplete();
}
