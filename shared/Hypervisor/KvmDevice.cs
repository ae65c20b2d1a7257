using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Hypervisor.Native;

namespace PortableVirt.Hypervisor;

/// <summary>An open /dev/kvm whose API version and capabilities have been checked.</summary>
public sealed class KvmDevice : IDisposable
{
    private readonly Lock _lock = new();
    private CpuidTable? _cpuid;

    private KvmDevice(SafeFileHandle handle) => Handle = handle;

    /// <summary>The descriptor, to be passed to another process. It belongs to this object.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Opens the device. Throws <see cref="KvmException"/>: no device, no right, wrong version, missing capability.</summary>
    public static KvmDevice Open(string path = "/dev/kvm")
    {
        int fd = NativeFile.Open(path, NativeFile.OpenReadWrite | NativeFile.OpenCloseOnExec);
        if (fd < 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            throw errno switch
            {
                Errno.NoEntry or Errno.NoDevice or Errno.NoDeviceOrAddress => new KvmException(
                    KvmError.NoDevice,
                    $"{path} does not exist: this machine offers no KVM. Load kvm_intel or kvm_amd and switch virtualization on in the firmware.",
                    errno),
                Errno.AccessDenied or Errno.NotPermitted => new KvmException(
                    KvmError.NoPermission,
                    $"{path} may not be opened by this user. Use the daemon, or join the group that owns the device (usually kvm).",
                    errno),
                _ => new KvmException(KvmError.CallFailed, $"{path} could not be opened: {Errno.Text(errno)}.", errno),
            };
        }

        return FromDescriptor(new SafeFileHandle(fd, ownsHandle: true));
    }

    /// <summary>Takes over a descriptor that another process opened. Throws <see cref="KvmException"/> as <see cref="Open"/> does.</summary>
    public static KvmDevice FromDescriptor(SafeFileHandle handle)
    {
        int version = NativeKvm.Ioctl(handle, NativeKvm.GetApiVersion, 0);
        if (version != NativeKvm.ApiVersion)
        {
            int errno = version < 0 ? Marshal.GetLastPInvokeError() : 0;
            handle.Dispose();
            throw new KvmException(
                KvmError.WrongApiVersion,
                version < 0
                    ? $"/dev/kvm is no KVM device here ({Errno.Text(errno)}): is another file linked or mounted in its place?"
                    : $"KVM has API version {version}; version {NativeKvm.ApiVersion} is needed.",
                errno);
        }

        KvmDevice device = new(handle);
        try
        {
            device.Require(NativeKvm.CapUserMemory, 1, "KVM_CAP_USER_MEMORY");
            device.Require(NativeKvm.CapExtCpuid, 1, "KVM_CAP_EXT_CPUID");
            device.Require(NativeKvm.CapImmediateExit, 1, "KVM_CAP_IMMEDIATE_EXIT");
            device.Require(NativeKvm.CapXsave, 1, "KVM_CAP_XSAVE");
            device.Require(NativeKvm.CapXcrs, 1, "KVM_CAP_XCRS");
            device.Require(NativeKvm.CapSyncRegs, (int)(KvmSyncRegs.Regs | KvmSyncRegs.Sregs), "KVM_CAP_SYNC_REGS");
            return device;
        }
        catch (KvmException)
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>
    /// KVM_GET_SUPPORTED_CPUID's answer, asked for once: KVM executes CPUID some 25 times, each of which is an exit of its own where the host is a virtual
    /// machine (0.4 ms). Throws <see cref="KvmException"/>.
    /// </summary>
    internal CpuidTable Cpuid
    {
        get
        {
            lock (_lock)
            {
                return _cpuid ??= CpuidTable.Read(this);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    /// <summary>The value of a capability, 0 when KVM does not have it.</summary>
    internal int Capability(int capability) => Math.Max(0, NativeKvm.Ioctl(Handle, NativeKvm.CheckExtension, capability));

    /// <summary>Creates an empty virtual machine.</summary>
    internal SafeFileHandle CreateVm()
    {
        // A signal that arrives during creation makes it fail with EINTR.
        for (; ; )
        {
            int fd = NativeKvm.Ioctl(Handle, NativeKvm.CreateVm, 0);
            if (fd >= 0)
            {
                return new SafeFileHandle(fd, ownsHandle: true);
            }

            int errno = Marshal.GetLastPInvokeError();
            if (errno != Errno.Interrupted)
            {
                throw new KvmException(
                    errno == Errno.NoMemory ? KvmError.OutOfMemory : KvmError.CallFailed,
                    $"A virtual machine could not be created: {Errno.Text(errno)}. Another hypervisor may hold the processor's virtualization.",
                    errno);
            }
        }
    }

    private void Require(int capability, int bits, string name)
    {
        if ((Capability(capability) & bits) != bits)
        {
            throw new KvmException(KvmError.MissingCapability, $"This KVM lacks {name}. Linux 4.17 or newer is needed.");
        }
    }
}
