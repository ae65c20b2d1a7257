namespace PortableVirt.Protocol.Grpc;

/// <summary>A call that ended with a status other than OK. The counterpart of Grpc.Core's RpcException.</summary>
public sealed class GrpcException : Exception
{
    /// <summary>An ended call.</summary>
    /// <param name="statusCode">Any code but OK.</param>
    /// <param name="detail">The message for people; may be empty.</param>
    /// <param name="innerException">The cause on this side of the connection, if there is one.</param>
    public GrpcException(StatusCode statusCode, string detail, Exception? innerException = null)
        : base(detail.Length == 0 ? statusCode.ToString() : detail, innerException)
    {
        StatusCode = statusCode;
        Detail = detail;
    }

    /// <summary>The code.</summary>
    public StatusCode StatusCode { get; }

    /// <summary>The message for people; may be empty.</summary>
    public string Detail { get; }
}
