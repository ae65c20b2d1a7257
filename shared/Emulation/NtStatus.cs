namespace PortableVirt.Emulation;

/// <summary>
/// An NTSTATUS: 32 bits, severity in bits 30-31 (0 success, 1 informational, 2 warning, 3 error).
/// Values cross the guest boundary instead of exceptions. Source of names and numbers: [MS-ERREF] section 2.3.
/// </summary>
/// <param name="Value">The 32-bit code.</param>
public readonly partial record struct NtStatus(uint Value)
{
    /// <summary>True for severities success and informational (NT_SUCCESS).</summary>
    public bool IsSuccess => (int)Value >= 0;

    /// <summary>True for severity error (NT_ERROR): callers that fill an IO_STATUS_BLOCK leave it alone then.</summary>
    public bool IsError => Value >> 30 == 3;

    /// <inheritdoc/>
    public override string ToString() => $"0x{Value:x8}";
}
