using System.Diagnostics;
using System.Runtime.Intrinsics.X86;
using PortableVirt.Emulation.Sync;

namespace PortableVirt.Emulation.Mailbox;

/// <summary>
/// The host thread that answers posted calls: it looks at the mailboxes of busy threads as long as calls keep coming and a processor is to spare,
/// and sleeps otherwise. Members other than the thread itself may be called from any thread.
/// </summary>
internal sealed class MailboxService(Executive executive) : IDisposable
{
    private const int Asleep = 0;
    private const int Awake = 1;
    private const int PollsBetweenChecks = 64;
    private const int StackBytes = 512 << 10;

    /// <summary>Answers between two misses at which the time was well spent: each saves an exit, and a miss costs two.</summary>
    private const int FairAnswers = 100;

    /// <summary>How long it looks without finding a call: three exits' worth.</summary>
    private static readonly long _idleLimit = Stopwatch.Frequency / 10_000;

    /// <summary>How long more threads than processors may want to run before it gives its own up.</summary>
    private static readonly long _crowdLimit = Stopwatch.Frequency / 5_000;

    private static readonly long _firstPenalty = Stopwatch.Frequency / 1000;
    private static readonly long _lastPenalty = Stopwatch.Frequency / 10;

    private readonly Lock _lock = new();
    private readonly FutexWord _state = new();
    private volatile CallMailbox[] _listening = [];
    private volatile bool _stopped;
    private Thread? _thread;
    private long _penalty = _firstPenalty;
    private long _notBefore;
    private int _answers;

    /// <summary>Starts to look at a mailbox, if a processor is to spare. Called by the mailbox's own thread.</summary>
    public void Listen(CallMailbox mailbox)
    {
        if (executive.Running.Count >= Environment.ProcessorCount || Stopwatch.GetTimestamp() < Volatile.Read(ref _notBefore))
        {
            return;
        }
        lock (_lock)
        {
            if (_stopped || mailbox.IsListening || executive.SharedData.Gate is null)
            {
                return;
            }
            mailbox.SetListening(true);
            _listening = [.. _listening, mailbox];
            if (_thread is null)
            {
                _thread = new Thread(Run, StackBytes) { IsBackground = true, Name = "mailbox" };
                _thread.Start();
            }
        }
        if (Interlocked.Exchange(ref _state.Value, Awake) == Asleep)
        {
            _state.Wake(1);
        }
    }

    /// <summary>Stops looking at a mailbox, whose thread ends.</summary>
    public void Remove(CallMailbox mailbox)
    {
        lock (_lock)
        {
            if (mailbox.IsListening)
            {
                mailbox.SetListening(false);
                _listening = [.. _listening.Where(other => other != mailbox)];
            }
        }
    }

    /// <summary>
    /// A call was posted and nobody took it up in time. If it should have been, the service does not get its processor: it stays away for a while,
    /// longer each time.
    /// </summary>
    public void NoteMiss(CallMailbox mailbox)
    {
        lock (_lock)
        {
            if (mailbox.IsListening)
            {
                StopListening();
                Volatile.Write(ref _notBefore, Stopwatch.GetTimestamp() + _penalty);
                _penalty = _answers > FairAnswers ? _firstPenalty : Math.Min(2 * _penalty, _lastPenalty);
                _answers = 0;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _stopped = true;
            StopListening();
        }
        Interlocked.Exchange(ref _state.Value, Awake);
        _state.Wake(1);
        _thread?.Join();
    }

    private void Run()
    {
        UserGate gate = executive.SharedData.Gate!;
        long quietSince = 0;
        long crowdedSince = 0;
        int polls = 0;
        while (!_stopped)
        {
            CallMailbox[] listening = _listening;
            if (listening.Length == 0)
            {
                Sleep();
                (polls, quietSince, crowdedSince) = (0, 0, 0);
                continue;
            }
            bool any = false;
            foreach (CallMailbox mailbox in listening)
            {
                any |= mailbox.TryServe(gate);
            }
            if (any)
            {
                quietSince = 0;
                _answers++;
            }
            else if (X86Base.IsSupported)
            {
                X86Base.Pause();
            }
            if (++polls % PollsBetweenChecks != 0)
            {
                continue;
            }
            long now = Stopwatch.GetTimestamp();
            quietSince = quietSince == 0 ? now : quietSince;
            crowdedSince = executive.Running.Count < Environment.ProcessorCount ? 0 : crowdedSince == 0 ? now : crowdedSince;
            if (now - quietSince > _idleLimit || (crowdedSince != 0 && now - crowdedSince > _crowdLimit))
            {
                GiveUp(gate, listening);
            }
        }
    }

    private void GiveUp(UserGate gate, CallMailbox[] listening)
    {
        lock (_lock)
        {
            StopListening();
        }
        // What was posted before the program could see that nobody listens any more.
        foreach (CallMailbox mailbox in listening)
        {
            mailbox.TryServe(gate);
        }
    }

    private void StopListening()
    {
        foreach (CallMailbox mailbox in _listening)
        {
            mailbox.SetListening(false);
        }
        _listening = [];
    }

    private void Sleep()
    {
        Interlocked.Exchange(ref _state.Value, Asleep);
        if (_listening.Length == 0 && !_stopped)
        {
            _state.Wait(Asleep, long.MaxValue);
        }
        Interlocked.Exchange(ref _state.Value, Awake);
    }
}
