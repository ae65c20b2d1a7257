using Microsoft.Win32.SafeHandles;
using PortableVirt.Hypervisor;

namespace PortableVirt.VmApp.Core;

/// <summary>
/// Makes the virtual machine of a run while its starter still reads what is to be run: that KVM makes one takes longer than anything else of a start.
/// The thread that does it is put to other work afterwards (<see cref="Then"/>).
/// </summary>
public sealed class MachineStart : IDisposable
{
    private const int StackBytes = 512 << 10;

    private readonly object _lock = new();
    private readonly Queue<Action> _work = new();
    private readonly Prepared<KvmDevice> _device;
    private readonly Prepared<Vm> _machine;
    private Thread? _thread;
    private volatile int _waiting;
    private volatile bool _isOver;

    private MachineStart(Func<SafeFileHandle> openKvm, bool endsAfterProcess)
    {
        _device = Prepared<KvmDevice>.Begin(() => KvmDevice.FromDescriptor(openKvm()), _ => false);
        _machine = Prepared<Vm>.Begin(() => new Vm(_device.Take(), new VmOptions { EndsAfterProcess = endsAfterProcess }), StartThread);
    }

    /// <summary>True when /dev/kvm is open.</summary>
    public bool HasDevice => _device.Await() is not null;

    /// <summary>Begins.</summary>
    /// <param name="openKvm">Gives the descriptor of /dev/kvm, open for reading and writing; what it throws, <see cref="Take"/> throws.</param>
    /// <param name="endsAfterProcess">The process ends after <see cref="Dispose"/>, which then leaves the machine's end to the kernel where it can.</param>
    public static MachineStart Begin(Func<SafeFileHandle> openKvm, bool endsAfterProcess = false) => new(openKvm, endsAfterProcess);

    /// <summary>The machine, once it is made; it belongs to this object.</summary>
    /// <exception cref="KvmException">It cannot be made.</exception>
    public Vm Take() => _machine.Take();

    /// <summary>Has the thread that made the machine do something else, after what it was given before; false when there is no such thread.</summary>
    /// <param name="work">Must not throw, and end before <see cref="Dispose"/> is called, or soon after.</param>
    public bool Then(Action work)
    {
        lock (_lock)
        {
            if (_thread is null || _isOver)
            {
                return false;
            }
            _work.Enqueue(work);
            _waiting = _work.Count;
            Monitor.Pulse(_lock);
            return true;
        }
    }

    /// <summary>Begins to end the machine in KVM, where that is not the kernel's business. No thread may be inside a virtual processor or call for one any more.</summary>
    public void BeginEnd()
    {
        if (_machine.Await() is { EndsAfterProcess: false } machine)
        {
            Then(machine.EndInKvm);
        }
    }

    /// <summary>Ends the machine. No thread may be inside a virtual processor or use guest memory any more.</summary>
    public void Dispose()
    {
        if (_machine.Await() is { EndsAfterProcess: true })
        {
            return;
        }
        lock (_lock)
        {
            _isOver = true;
            Monitor.Pulse(_lock);
        }
        _thread?.Join();
        _machine.Await()?.Dispose();
        _device.Await()?.Dispose();
    }

    /// <summary>A thread for the machine and what comes then; false where there is no processor for it, or no machine to be made.</summary>
    private bool StartThread(Action first)
    {
        if (Environment.ProcessorCount == 1 || !HasDevice)
        {
            return false;
        }
        _thread = new Thread(() => Run(first), StackBytes) { IsBackground = true, Name = "clock" };
        _thread.Start();
        return true;
    }

    private void Run(Action first)
    {
        first();
        while (Next() is { } work)
        {
            work();
        }
    }

    /// <summary>Waits for work; null when there will be none.</summary>
    private Action? Next()
    {
        BriefWait.For(() => _waiting != 0 || _isOver);
        lock (_lock)
        {
            while (_work.Count == 0 && !_isOver)
            {
                Monitor.Wait(_lock);
            }
            _ = _work.TryDequeue(out Action? work);
            _waiting = _work.Count;
            return work;
        }
    }
}
