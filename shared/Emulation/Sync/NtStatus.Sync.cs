namespace PortableVirt.Emulation;

public readonly partial record struct NtStatus
{
    /// <summary>STATUS code 0x40000024.</summary>
    public static readonly NtStatus NoYieldPerformed = new(0x40000024);

    /// <summary>STATUS code 0x40000025.</summary>
    public static readonly NtStatus TimerResumeIgnored = new(0x40000025);

    /// <summary>STATUS code 0xc00000db (STATUS_CANT_TERMINATE_SELF).</summary>
    public static readonly NtStatus CannotTerminateSelf = new(0xc00000db);

    /// <summary>STATUS code 0xc0000044.</summary>
    public static readonly NtStatus QuotaExceeded = new(0xc0000044);

    /// <summary>STATUS code 0xc0000058.</summary>
    public static readonly NtStatus UnknownRevision = new(0xc0000058);

    /// <summary>STATUS code 0xc00001ac.</summary>
    public static readonly NtStatus NotSameObject = new(0xc00001ac);

    /// <summary>
    /// Not a status of NT and never shown to a program: a posted call has to be made again as a system call, since it would block or needs the vCPU.
    /// </summary>
    public static readonly NtStatus MustExit = new(0xefff0001);

    /// <summary>The status of the object at a position of a wait: STATUS_WAIT_0 or STATUS_ABANDONED_WAIT_0 plus the index.</summary>
    public static NtStatus operator +(NtStatus status, int index) => new(status.Value + (uint)index);
}
