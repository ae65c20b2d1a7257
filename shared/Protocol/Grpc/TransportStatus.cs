namespace PortableVirt.Protocol.Grpc;

/// <summary>The gRPC status of errors below gRPC (http-grpc-status-mapping.md and PROTOCOL-HTTP2.md, "Errors").</summary>
public static class TransportStatus
{
    /// <summary>The status of an HTTP status other than 200.</summary>
    public static StatusCode OfHttpStatus(int status) => status switch
    {
        400 => StatusCode.Internal,
        401 => StatusCode.Unauthenticated,
        403 => StatusCode.PermissionDenied,
        404 => StatusCode.Unimplemented,
        429 or 502 or 503 or 504 => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };

    /// <summary>The status of an HTTP/2 error code of RST_STREAM or GOAWAY (RFC 9113, section 7).</summary>
    public static StatusCode OfHttp2Error(long code) => code switch
    {
        7 => StatusCode.Unavailable,
        8 => StatusCode.Cancelled,
        11 => StatusCode.ResourceExhausted,
        12 => StatusCode.PermissionDenied,
        _ => StatusCode.Internal,
    };
}
