namespace PortableVirt.Emulation;

/// <summary>Status codes that only sockets use ([MS-ERREF] section 2.3).</summary>
public readonly partial record struct NtStatus
{
    /// <summary>STATUS_NETWORK_BUSY.</summary>
    public static readonly NtStatus NetworkBusy = new(0xc00000bf);

    /// <summary>STATUS_INVALID_BUFFER_SIZE.</summary>
    public static readonly NtStatus InvalidBufferSize = new(0xc0000206);
}
