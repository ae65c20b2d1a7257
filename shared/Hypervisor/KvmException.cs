namespace PortableVirt.Hypervisor;

/// <summary>A failure of /dev/kvm or of host memory for the guest. <see cref="Exception.Message"/> says what failed, why and what to do.</summary>
public sealed class KvmException : Exception
{
    /// <param name="error">The class of the failure, for exit codes and tests.</param>
    /// <param name="message">What failed, why, what to do.</param>
    /// <param name="errno">The errno of the system call that failed; 0 when none did.</param>
    public KvmException(KvmError error, string message, int errno = 0)
        : base(message)
    {
        Error = error;
        Errno = errno;
    }

    /// <summary>The class of the failure.</summary>
    public KvmError Error { get; }

    /// <summary>The errno of the system call that failed; 0 when none did.</summary>
    public int Errno { get; }
}
