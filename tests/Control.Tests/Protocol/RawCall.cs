using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace PortableVirt.Control.Tests.Protocol;

/// <summary>Calls with any body and any headers.</summary>
internal sealed class RawCall(string socketPath) : IDisposable
{
    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, token) =>
        {
            Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), token);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    public void Dispose() => _invoker.Dispose();

    /// <summary>Sends one and gives the HTTP status and the gRPC status, which is null when there is none.</summary>
    public async Task<(HttpStatusCode Http, string? Grpc)> SendAsync(
        string path, byte[] body, string contentType = "application/grpc", HttpMethod? method = null, params (string Name, string Value)[] headers)
    {
        HttpRequestMessage request = new(method ?? HttpMethod.Post, "http://localhost" + path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (request.Method == HttpMethod.Post)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = contentType.Length > 0 ? MediaTypeHeaderValue.Parse(contentType) : null;
        }

        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(20));
        using HttpResponseMessage response = await _invoker.SendAsync(request, limit.Token);
        await response.Content.ReadAsByteArrayAsync(limit.Token);
        HttpHeaders status = response.TrailingHeaders.Contains("grpc-status") ? response.TrailingHeaders : response.Headers;
        return (response.StatusCode, status.TryGetValues("grpc-status", out IEnumerable<string>? values) ? values.First() : null);
    }
}
