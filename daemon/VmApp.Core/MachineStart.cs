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
    private readonly ManualResetEventSlim _made = new();
    private readonly Queue<Action> _work = new();
    private readonly Thread? _thread;
    private KvmDevice? _device;
    private Vm? _vm;
    private Exception? _failure;
    private bool _isOver;

    private MachineStart(Func<SafeFileHandle> openKvm)
    {
        if (!Try(() => _device = KvmDevice.FromDescriptor(openKvm())))
        {
            _made.Set();
        }
        else if (Environment.ProcessorCount > 1)
        {
            _thread = new Thread(Run, StackBytes) { IsBackground = true, Name = "clock" };
            _thread.Start();
            Help();
        }
        else
        {
            Make();
        }
    }

    /// <summary>Begins.</summary>
    /// <param name="openKvm">Gives the descriptor of /dev/kvm, open for reading and writing; what it throws, <see cref="Take"/> throws.</param>
    public static MachineStart Begin(Func<SafeFileHandle> openKvm) => new(openKvm);

    /// <summary>The machine, once it is made; it belongs to this object.</summary>
    /// <exception cref="KvmException">It cannot be made.</exception>
    public Vm Take()
    {
        _made.Wait();
        if (_failure is { } failure)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
        return _vm!;
    }

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
            Monitor.Pulse(_lock);
            return true;
        }
    }

    /// <summary>Ends the machine. No thread may be inside a virtual processor or use guest memory any more.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isOver = true;
            Monitor.Pulse(_lock);
        }
        _thread?.Join();
        _vm?.Dispose();
        _device?.Dispose();
        _made.Dispose();
    }

    private void Run()
    {
        Make();
        while (Next() is { } work)
        {
            work();
        }
    }

    /// <summary>Waits for work; null when there will be none.</summary>
    private Action? Next()
    {
        lock (_lock)
        {
            while (_work.Count == 0 && !_isOver)
            {
                Monitor.Wait(_lock);
            }
            return _work.TryDequeue(out Action? work) ? work : null;
        }
    }

    private void Make()
    {
        Try(() => _vm = new Vm(_device!));
        _made.Set();
    }

    /// <summary>This thread's share of the work.</summary>
    private void Help()
    {
        try
        {
            _device!.ReadProcessor();
        }
        catch (KvmException)
        {
            // The other thread asks again, and tells.
        }
    }

    /// <summary>Whatever it throws, the thread that takes the machine gets it.</summary>
    private bool Try(Action step)
    {
        try
        {
            step();
            return true;
        }
        catch (Exception e)
        {
            _failure = e;
            return false;
        }
    }
}
