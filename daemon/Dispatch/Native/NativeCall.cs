using System.Runtime.InteropServices;

namespace PortableVirt.Dispatch.Native;

/// <summary>Errors of system calls as exceptions.</summary>
internal static class NativeCall
{
    /// <summary>Throws when a call answered -1.</summary>
    /// <exception cref="IOException">It failed.</exception>
    public static long Check(long result, string call) => result >= 0 ? result : throw Failed(call);

    /// <summary>The last error as an exception. Take it at once: the runtime's own calls change it.</summary>
    public static IOException Failed(string call) => Failed(call, Marshal.GetLastPInvokeError());

    /// <summary>An error number as an exception.</summary>
    public static IOException Failed(string call, int error) => new($"{call}: {Marshal.GetPInvokeErrorMessage(error)}", error);
}
