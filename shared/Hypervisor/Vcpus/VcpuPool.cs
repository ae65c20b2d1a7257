using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Hypervisor.Native;

namespace PortableVirt.Hypervisor;

/// <summary>The virtual processors of one machine. KVM never frees one before the machine ends, so they are reused. Thread-safe.</summary>
public sealed class VcpuPool
{
    private readonly SafeFileHandle _vm;
    private readonly KvmHost _host;
    private readonly GuestMemory _memory;
    private readonly int _runPageSize;
    private readonly ulong[] _zero = GC.AllocateArray<ulong>(1, pinned: true);
    private readonly Lock _lock = new();
    private readonly List<Vcpu> _all = [];
    private readonly Stack<Vcpu> _idle = new();

    internal VcpuPool(KvmDevice device, SafeFileHandle vm, KvmHost host, GuestMemory memory, ScratchMachine scratch)
    {
        _vm = vm;
        _host = host;
        _memory = memory;
        _runPageSize = NativeKvm.Ioctl(device.Handle, NativeKvm.GetVcpuMmapSize, 0);
        (SafeFileHandle handle, nint page) = scratch.TakeVcpu();
        Vcpu first = new(handle, 0, page, _runPageSize, memory, host);
        _all.Add(first);
        _idle.Push(first);
    }

    /// <summary>True while every virtual processor's time-stamp counter shows the host's value.</summary>
    public bool SharesHostCounter { get; private set; } = true;

    /// <summary>Virtual processors made so far, rented or idle.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _all.Count;
            }
        }
    }

    /// <summary>An idle virtual processor with the state it was last used with, or a new one. Throws <see cref="KvmException"/> when the limit is reached.</summary>
    public Vcpu Rent()
    {
        lock (_lock)
        {
            return _idle.TryPop(out Vcpu? vcpu) ? vcpu : Create();
        }
    }

    /// <summary>Gives a virtual processor back that no thread runs.</summary>
    public void Return(Vcpu vcpu)
    {
        vcpu.ClearKick();
        lock (_lock)
        {
            _idle.Push(vcpu);
        }
    }

    /// <summary>
    /// Returns when no thread that was kicked before the call runs guest code: it will not do so again before its <see cref="Vcpu.Run"/> has returned,
    /// whenever the host gives it a processor. KVM looks for signals with interrupts off before each entry, and whoever loses its processor has left the guest;
    /// so an interrupt of every processor that has a thread of this process is enough.
    /// </summary>
    /// <exception cref="KvmException">The host's kernel has no membarrier(2).</exception>
    public static void AwaitKicks()
    {
        if (!KickSignal.TryInterruptProcessors())
        {
            throw Failure("The virtual processors cannot be stopped: membarrier(2) failed");
        }
    }

    /// <summary>Does beforehand what the first <see cref="AwaitKicks"/> would have to wait for, some 10 ms. Where the host cannot, that one says so.</summary>
    public static void PrepareAwaitKicks() => KickSignal.TryRegister();

    internal void Dispose()
    {
        lock (_lock)
        {
            _all.ForEach(vcpu => vcpu.Dispose());
        }
    }

    private Vcpu Create()
    {
        int id = _all.Count;
        if (id >= _host.MaxVcpus)
        {
            throw new KvmException(KvmError.OutOfVcpus, $"The virtual machine has {id} threads; this KVM allows no more.");
        }

        int fd = NativeKvm.Ioctl(_vm, NativeKvm.CreateVcpu, id);
        if (fd < 0)
        {
            throw Failure("A virtual processor could not be created");
        }

        SafeFileHandle handle = new(fd, ownsHandle: true);
        nint page = NativeMmap.Map(0, (nuint)_runPageSize, NativeMmap.ProtRead | NativeMmap.ProtWrite, NativeMmap.MapShared, handle, 0);
        if (page == -1)
        {
            KvmException failure = Failure("The register page of a virtual processor could not be mapped");
            handle.Dispose();
            throw failure;
        }

        Vcpu vcpu = new(handle, id, page, _runPageSize, _memory, _host);
        _all.Add(vcpu);
        if (NativeKvm.Ioctl(handle, NativeKvm.SetCpuid2, ref MemoryMarshal.GetReference<byte>(_host.Cpuid)) < 0)
        {
            throw Failure("KVM_SET_CPUID2 failed");
        }

        SharesHostCounter &= HasHostCounter(handle);
        return vcpu;
    }

    /// <summary>
    /// Sets the offset of the guest's time-stamp counter to 0, where KVM would start it at 0. On PVM the guest reads the host's in any case (measured).
    /// </summary>
    private bool HasHostCounter(SafeFileHandle vcpu)
    {
        KvmDeviceAttribute attribute = new()
        {
            Group = KvmDeviceAttribute.TscControl,
            Attribute = KvmDeviceAttribute.TscOffset,
            Address = (ulong)Marshal.UnsafeAddrOfPinnedArrayElement(_zero, 0),
        };
        return NativeKvm.Ioctl(vcpu, NativeKvm.SetDeviceAttr, ref attribute) == 0 || !_host.SyscallEntersCpl0;
    }

    private static KvmException Failure(string what)
    {
        int errno = Marshal.GetLastPInvokeError();
        KvmError error = errno switch
        {
            Errno.NoMemory => KvmError.OutOfMemory,
            Errno.Invalid or Errno.TooBig or Errno.Exists => KvmError.OutOfVcpus,
            _ => KvmError.CallFailed,
        };
        return new KvmException(error, $"{what}: {Errno.Text(errno)}.", errno);
    }
}
