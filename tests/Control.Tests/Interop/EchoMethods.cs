using PortableVirt.Protocol.Grpc;

namespace PortableVirt.Control.Tests.Interop;

/// <summary>The methods of portablevirt.test.Echo, and one that no server has.</summary>
internal static class EchoMethods
{
    private const string Service = "portablevirt.test.Echo";

    public static readonly Method<EchoRequest, EchoResponse> Unary =
        new(MethodType.Unary, Service, nameof(Unary), EchoRequest.Parser, EchoResponse.Parser);

    public static readonly Method<EchoRequest, EchoResponse> Count =
        new(MethodType.ServerStreaming, Service, nameof(Count), EchoRequest.Parser, EchoResponse.Parser);

    public static readonly Method<EchoRequest, EchoResponse> Chat =
        new(MethodType.DuplexStreaming, Service, nameof(Chat), EchoRequest.Parser, EchoResponse.Parser);

    public static readonly Method<EchoRequest, EchoResponse> Missing =
        new(MethodType.Unary, Service, nameof(Missing), EchoRequest.Parser, EchoResponse.Parser);
}
