using Microsoft.Win32.SafeHandles;
using PortableVirt.Protocol.Grpc;

namespace PortableVirt.Dispatch.Native;

/// <summary>Opens /dev/kvm for VM-apps.</summary>
internal static class KvmDescriptor
{
    /// <exception cref="GrpcException">FailedPrecondition: it cannot be opened; the message says what to do.</exception>
    public static SafeFileHandle Open()
    {
        try
        {
            return File.OpenHandle("/dev/kvm", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GrpcException(
                StatusCode.FailedPrecondition, $"the daemon cannot open /dev/kvm ({e.Message}): switch on virtualization in the firmware and load kvm_intel or kvm_amd");
        }
    }
}
