namespace PortableVirt.Dispatch.Native;

/// <summary>How a process ended.</summary>
/// <param name="ExitCode">Its exit code; null: it was ended by a signal, or it is not known.</param>
/// <param name="Signal">The signal that ended it; 0: none, or not known.</param>
internal readonly record struct ProcessEnd(int? ExitCode, int Signal)
{
    /// <summary>The host does not tell.</summary>
    public static ProcessEnd Unknown => default;

    public static ProcessEnd Exited(int code) => new(code, 0);

    public static ProcessEnd Signalled(int signal) => new(null, signal);
}
