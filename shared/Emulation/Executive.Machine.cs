using PortableVirt.Emulation.Loader;
using PortableVirt.Emulation.Mailbox;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Hypervisor;
using PortableVirt.Kernel;

namespace PortableVirt.Emulation;

public sealed partial class Executive
{
    private readonly ManualResetEventSlim _allEnded = new();
    private int _hostThreads;
    private Mailbox.SharedEvents? _sharedEvents;

    /// <summary>An executive over a fresh virtual machine.</summary>
    /// <param name="kernel">The guest kernel.</param>
    /// <param name="commitLimit">The most private bytes that programs may commit.</param>
    /// <param name="report">Receiver of what happens.</param>
    public Executive(GuestKernel kernel, ulong commitLimit, IExecutiveReport report)
    {
        Kernel = kernel;
        Kernel.Barrier = Clock.Monotonic.WaitWhilePaused;
        HasAvx = ProcessorFeatures.HasAvx(kernel.Vm.Host.SupportedXcr0);
        Report = report;
        Syscalls = new SyscallDispatcher(this);
        Statistics = new ExecutiveStatistics(kernel);
        CommitCharge = new CommitCharge(commitLimit);
        Mailboxes = new MailboxService(this);
        SharedData = new SharedUserData(this);
        Dispatcher.TimedOut = SharedData.Tick;
        Syscalls.Define((int)SharedUserData.UnixCallNumber, UnixCalls.Entry);
    }

    /// <summary>The portable virtualization kernel.</summary>
    public GuestKernel Kernel { get; }

    /// <summary>Programs have the AVX registers, and contexts carry them.</summary>
    public bool HasAvx { get; }

    /// <summary>Guest-physical memory.</summary>
    public GuestMemory GuestMemory => Kernel.Vm.Memory;

    /// <summary>Commit charge of all processes.</summary>
    public CommitCharge CommitCharge { get; }

    /// <summary>KUSER_SHARED_DATA and the gate page, the same frames in every process.</summary>
    public SharedUserData SharedData { get; }

    /// <summary>Processors that the guest is told about.</summary>
    public int ProcessorCount { get; } = Math.Clamp(Environment.ProcessorCount, 1, 64);

    /// <summary>Threads that want a processor now.</summary>
    public RunningThreads Running { get; } = new();

    /// <summary>Answers calls without exits.</summary>
    internal MailboxService Mailboxes { get; }

    /// <summary>Events whose state the programs reach themselves.</summary>
    internal SharedEvents SharedEvents => _sharedEvents ?? Interlocked.CompareExchange(ref _sharedEvents, new SharedEvents(GuestMemory), null) ?? _sharedEvents;

    /// <summary>Receiver of what happens.</summary>
    public IExecutiveReport Report { get; }

    /// <summary>Records what the programs use, or null.</summary>
    public Recording.UseRecorder? Recorder { get; init; }

    /// <summary>True: a frame that is mapped twice is written through both views or executed through both, never one by each. Costs a JIT that does so two faults a change.</summary>
    public bool StrictCode => Unseen?.StrictCode == true;

    /// <summary>Decides about what the package's list does not hold; null where there is no package.</summary>
    public Unseen.UnseenGuard? Unseen { get; init; }

    /// <summary>True when functions that are looked up at run time must be known.</summary>
    internal bool WatchesLookups => LaunchCapture?.WatchesLookups ?? (Recorder is not null || Unseen?.ChecksFunctions == true);

    /// <summary>Takes the launch image of the first process, or null. Needs a <see cref="Recorder"/>.</summary>
    public Launch.LaunchCapture? LaunchCapture { get; init; }

    /// <summary>Where the launch image was taken that the first process was made from; null when it was made from none.</summary>
    public Launch.LaunchPoint? StartedFrom { get; internal set; }

    /// <summary>
    /// True when the virtual machine ends with its last process: that process's memory is then not taken apart page by page, since the host
    /// frees it with the machine.
    /// </summary>
    public bool EndsWithLastProcess { get; init; }

    /// <summary>System calls by number.</summary>
    public SyscallDispatcher Syscalls { get; }

    /// <summary>Exit counts.</summary>
    public ExecutiveStatistics Statistics { get; }

    internal void OnProcessEnded(NtProcess process) => Report.ProcessEnded(process);

    internal void OnProcessStarted(NtProcess process)
    {
        Recorder?.NoteProcess(process);
        Report.ProcessStarted(process);
    }

    internal void HostThreadStarted()
    {
        lock (Dispatcher.Lock)
        {
            _hostThreads++;
            _allEnded.Reset();
        }
    }

    internal void HostThreadEnded()
    {
        lock (Dispatcher.Lock)
        {
            if (--_hostThreads == 0)
            {
                _allEnded.Set();
            }
        }
    }

    /// <summary>Blocks until every guest thread has ended and given its vCPU back.</summary>
    public void WaitForEnd() => _allEnded.Wait();
}
