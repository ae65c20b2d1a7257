using System.Net.Sockets;
using Microsoft.AspNetCore.Http.Features;

namespace PortableVirt.Protocol.Server.Listeners;

/// <summary>A connected socket and what marks its connection.</summary>
internal readonly record struct HandedSocket(Socket Socket, Action<IFeatureCollection> Mark);
