namespace PortableVirt.Emulation;

public readonly partial record struct NtStatus
{
    /// <summary>DBG_EXCEPTION_HANDLED.</summary>
    public static readonly NtStatus DbgExceptionHandled = new(0x00010001);

    /// <summary>DBG_CONTINUE.</summary>
    public static readonly NtStatus DbgContinue = new(0x00010002);

    /// <summary>DBG_REPLY_LATER.</summary>
    public static readonly NtStatus DbgReplyLater = new(0x40010001);

    /// <summary>DBG_TERMINATE_THREAD.</summary>
    public static readonly NtStatus DbgTerminateThread = new(0x40010003);

    /// <summary>DBG_TERMINATE_PROCESS.</summary>
    public static readonly NtStatus DbgTerminateProcess = new(0x40010004);

    /// <summary>DBG_EXCEPTION_NOT_HANDLED.</summary>
    public static readonly NtStatus DbgExceptionNotHandled = new(0x80010001);
}
