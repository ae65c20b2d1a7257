using Microsoft.Win32.SafeHandles;
using PortableVirt.Hypervisor.Native;

namespace PortableVirt.Hypervisor;

/// <summary>
/// Keeps an open file a few milliseconds longer than this process, and has the kernel release it on a thread of its own: it does so with files that are registered with
/// an io_uring (io_uring_register(2)), through which nothing is ever read or written here. Whoever waits for the end of this process does not wait for the
/// release. A host that forbids io_uring (kernel.io_uring_disabled, containers) has none: measured, the end of a small virtual machine takes some 1 ms more then.
/// </summary>
internal sealed class LateRelease : IDisposable
{
    private readonly SafeFileHandle _ring;

    private LateRelease(SafeFileHandle ring) => _ring = ring;

    /// <summary>Keeps a file; null where the host does not do it.</summary>
    public static LateRelease? TryKeep(SafeFileHandle file)
    {
        Span<byte> parameters = stackalloc byte[NativeIoRing.ParametersSize];
        parameters.Clear();
        nint descriptor = NativeIoRing.Setup(NativeIoRing.SysSetup, 1, ref parameters[0]);
        if (descriptor < 0)
        {
            return null;
        }
        SafeFileHandle ring = new(descriptor, ownsHandle: true);
        int kept = (int)file.DangerousGetHandle();
        if (NativeIoRing.Register(NativeIoRing.SysRegister, descriptor, NativeIoRing.RegisterFiles, ref kept, 1) < 0)
        {
            ring.Dispose();
            return null;
        }
        return new LateRelease(ring);
    }

    /// <summary>The kernel keeps the file no longer than this process does.</summary>
    public void Dispose() => _ring.Dispose();
}
