using Google.Protobuf;

namespace PortableVirt.Protocol.Grpc;

/// <summary>A method of a service, without its message types.</summary>
/// <param name="type">Which sides are streams.</param>
/// <param name="serviceName">Full name of the service, "package.Service".</param>
/// <param name="name">Name of the method.</param>
public abstract class Method(MethodType type, string serviceName, string name)
{
    /// <summary>Which sides are streams.</summary>
    public MethodType Type { get; } = type;

    /// <summary>Full name of the service.</summary>
    public string ServiceName { get; } = serviceName;

    /// <summary>Name of the method.</summary>
    public string Name { get; } = name;

    /// <summary>The HTTP/2 :path, "/package.Service/Method".</summary>
    public string FullName { get; } = $"/{serviceName}/{name}";

    /// <inheritdoc/>
    public override string ToString() => FullName;
}

/// <summary>A method of a service with its message types.</summary>
/// <typeparam name="TRequest">Message of the caller.</typeparam>
/// <typeparam name="TResponse">Message of the callee.</typeparam>
/// <param name="type">Which sides are streams.</param>
/// <param name="serviceName">Full name of the service.</param>
/// <param name="name">Name of the method.</param>
/// <param name="requestParser">Reads requests.</param>
/// <param name="responseParser">Reads responses.</param>
public sealed class Method<TRequest, TResponse>(
    MethodType type, string serviceName, string name, MessageParser<TRequest> requestParser, MessageParser<TResponse> responseParser)
    : Method(type, serviceName, name)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    /// <summary>Reads requests.</summary>
    public MessageParser<TRequest> RequestParser { get; } = requestParser;

    /// <summary>Reads responses.</summary>
    public MessageParser<TResponse> ResponseParser { get; } = responseParser;
}
