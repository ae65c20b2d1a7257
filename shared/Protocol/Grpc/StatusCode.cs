namespace PortableVirt.Protocol.Grpc;

/// <summary>gRPC status codes, numbers and meaning as in gRPC's statuscodes.md.</summary>
public enum StatusCode
{
    /// <summary>Success.</summary>
    OK = 0,

    /// <summary>The call was cancelled, usually by the caller.</summary>
    Cancelled = 1,

    /// <summary>An error without a better code.</summary>
    Unknown = 2,

    /// <summary>An argument is wrong whatever the state of the system.</summary>
    InvalidArgument = 3,

    /// <summary>The call's deadline passed before it ended.</summary>
    DeadlineExceeded = 4,

    /// <summary>What was asked for does not exist, or the caller may not know of it.</summary>
    NotFound = 5,

    /// <summary>What was to be made exists.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known but may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A resource or a limit is used up.</summary>
    ResourceExhausted = 8,

    /// <summary>The system is not in the state that the call needs.</summary>
    FailedPrecondition = 9,

    /// <summary>The operation was aborted.</summary>
    Aborted = 10,

    /// <summary>Past the valid range.</summary>
    OutOfRange = 11,

    /// <summary>The method does not exist here, or its encoding is not supported.</summary>
    Unimplemented = 12,

    /// <summary>An invariant is broken, or the peer breaks the protocol.</summary>
    Internal = 13,

    /// <summary>The peer cannot be reached now.</summary>
    Unavailable = 14,

    /// <summary>Data was lost.</summary>
    DataLoss = 15,

    /// <summary>The caller is not known.</summary>
    Unauthenticated = 16,
}
