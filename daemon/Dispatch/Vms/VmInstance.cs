using Google.Protobuf.WellKnownTypes;
using PortableVirt.Dispatch.Native;
using PortableVirt.Dispatch.Registry;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Vms;

/// <summary>A VM from its making until it is forgotten, over all its runs.</summary>
public sealed class VmInstance
{
    private const int MaxStates = 32;
    private const int MaxExits = 16;

    private readonly Lock _lock = new();
    private readonly InspectVmResponse _details;
    private readonly Action<VmInstance, VmRow, StateChange?> _changed;
    private string _bootId;
    private ulong _startTicks;
    private uint _restartsInRow;
    private VmRun? _run;

    /// <summary>A VM.</summary>
    /// <param name="row">What is known of it.</param>
    /// <param name="changed">Called under the VM's lock with every change of what is known; the step is null where the state stays.</param>
    internal VmInstance(VmRow row, Action<VmInstance, VmRow, StateChange?> changed)
    {
        _details = row.Details;
        _changed = changed;
        _bootId = row.BootId;
        _startTicks = row.StartTicks;
        _restartsInRow = row.RestartsInRow;
        FileModeMask = row.FileModeMask;
        Id = _details.Vm.Id;
        Name = _details.Vm.Name;
        UserId = _details.Vm.Uid;
        Origin = _details.Vm.Origin;
        PackageId = row.PackageId;
        Identity = new UserIdentity(UserId, _details.Gid, [.. _details.Groups]);
    }

    /// <summary>Eight hexadecimal digits.</summary>
    public string Id { get; }

    /// <summary>Its name, or empty.</summary>
    public string Name { get; }

    /// <summary>User id that it runs under.</summary>
    public uint UserId { get; }

    /// <summary>How it came to be.</summary>
    public VmOrigin Origin { get; }

    /// <summary>Id of the registration of the package that it runs from; empty when none.</summary>
    internal string PackageId { get; }

    /// <summary>All ids that it runs under.</summary>
    internal UserIdentity Identity { get; }

    /// <summary>umask(2) of its runs, in octal.</summary>
    internal string FileModeMask { get; }

    /// <summary>Held while it is paused, resumed, restarted or taken away, so that these do not meet.</summary>
    internal SemaphoreSlim Transition { get; } = new(1, 1);

    /// <summary>True once somebody has asked for its end; no policy restarts it then.</summary>
    internal bool IsStopAsked { get; set; }

    /// <summary>True while a caller's stream is bound to it.</summary>
    internal bool HasCaller { get; private set; }

    /// <summary>Where it is in its life.</summary>
    internal VmState State
    {
        get
        {
            lock (_lock)
            {
                return _details.Vm.State;
            }
        }
    }

    /// <summary>True while it has a VM-app, or is about to have one.</summary>
    internal bool IsLive => State is VmState.Starting or VmState.Running or VmState.Paused or VmState.Stopping;

    /// <summary>Its present run, or null.</summary>
    internal VmRun? Run
    {
        get
        {
            lock (_lock)
            {
                return _run;
            }
        }
    }

    /// <summary>Restarts by its policy since the last run that lasted.</summary>
    internal uint RestartsInRow
    {
        get
        {
            lock (_lock)
            {
                return _restartsInRow;
            }
        }
    }

    /// <summary>What a list says of it.</summary>
    public Vm Describe()
    {
        lock (_lock)
        {
            return _details.Vm.Clone();
        }
    }

    /// <summary>All that callers may see.</summary>
    internal InspectVmResponse Inspect()
    {
        lock (_lock)
        {
            return _details.Clone();
        }
    }

    /// <summary>As the registry keeps it.</summary>
    internal VmRow ToRow()
    {
        lock (_lock)
        {
            return Row();
        }
    }

    /// <summary>Takes the place of the caller; false when there is one already.</summary>
    internal bool TryTakeCaller()
    {
        lock (_lock)
        {
            return !HasCaller && (HasCaller = true);
        }
    }

    /// <summary>The caller is gone.</summary>
    internal void ReleaseCaller()
    {
        lock (_lock)
        {
            HasCaller = false;
        }
    }

    /// <summary>Goes to another state.</summary>
    internal void Move(VmState state, string reason = "")
    {
        lock (_lock)
        {
            MoveLocked(state, reason);
        }
    }

    /// <summary>Goes to another state if it is in one of some.</summary>
    internal bool TryMove(ReadOnlySpan<VmState> from, VmState to, string reason = "")
    {
        lock (_lock)
        {
            if (!from.Contains(_details.Vm.State))
            {
                return false;
            }

            MoveLocked(to, reason);
            return true;
        }
    }

    /// <summary>A VM-app was started for it.</summary>
    internal void BeginRun(VmRun run, string socketPath, string cgroupPath)
    {
        lock (_lock)
        {
            _run = run;
            _bootId = ProcessStart.BootId;
            _startTicks = run.Process.StartTicks;
            _details.Vm.Pid = run.Process.ProcessId;
            _details.Vm.Started = Timestamp.FromDateTime(run.Started);
            _details.Vm.Ended = null;
            _details.Vm.Exit = null;
            _details.SocketPath = socketPath;
            _details.CgroupPath = cgroupPath;
            _changed(this, Row(), null);
        }
    }

    /// <summary>The run of an earlier daemon goes on.</summary>
    internal void Adopt(VmRun run)
    {
        lock (_lock)
        {
            _run = run;
        }
    }

    /// <summary>The VM-app is up, or connected again.</summary>
    internal void MarkReady(VmReady ready)
    {
        lock (_lock)
        {
            _details.VmappVersion = ready.Version;
            VmState state = ready.Paused ? VmState.Paused : VmState.Running;
            if (_details.Vm.State is VmState.Starting or VmState.Running or VmState.Paused && _details.Vm.State != state)
            {
                MoveLocked(state, "");
            }
        }
    }

    /// <summary>Keeps how its run ended and goes to the state that follows.</summary>
    internal void EndRun(ExitRecord record, VmState next, string reason, uint restartsInRow)
    {
        lock (_lock)
        {
            _run = null;
            _restartsInRow = restartsInRow;
            _details.Vm.Pid = 0;
            _details.Vm.Ended = record.Ended;
            _details.Vm.Exit = record.Exit;
            _details.SocketPath = "";
            _details.CgroupPath = "";
            _details.Exits.Add(record);
            if (_details.Exits.Count > MaxExits)
            {
                _details.Exits.RemoveAt(0);
            }

            MoveLocked(next, reason);
        }
    }

    /// <summary>It is being started again.</summary>
    internal void BeginRestart(bool byPolicy)
    {
        lock (_lock)
        {
            _restartsInRow = byPolicy ? _restartsInRow + 1 : 0;
            _details.Vm.Restarts += byPolicy ? 1u : 0;
            IsStopAsked = false;
            MoveLocked(VmState.Starting, byPolicy ? "restarted by its policy" : "restarted");
        }
    }

    private void MoveLocked(VmState state, string reason)
    {
        _details.Vm.State = state;
        StateChange change = new() { Time = Timestamp.FromDateTime(DateTime.UtcNow), State = state, Reason = reason };
        _details.States.Add(change);
        if (_details.States.Count > MaxStates)
        {
            _details.States.RemoveAt(0);
        }

        _changed(this, Row(), change);
    }

    private VmRow Row() => new(_bootId, _startTicks, FileModeMask, PackageId, _restartsInRow, _details);
}
