using System.Collections.Concurrent;
using System.Security.Cryptography;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging;
using PortableVirt.Dispatch.Events;
using PortableVirt.Dispatch.Journal;
using PortableVirt.Dispatch.Logs;
using PortableVirt.Dispatch.Native;
using PortableVirt.Dispatch.Registry;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Vms;

/// <summary>All VMs: those that run and those that are kept after their end. What it knows is in the registry at every moment, so that the
/// next daemon goes on where this one was killed.</summary>
internal sealed class VmSupervisor(VmLauncher launcher, VmTable table, VmLog logs, EventHub events, ILogger<VmSupervisor> logger)
{
    private const int WaiterStackSize = 128 * 1024;
    private readonly ConcurrentDictionary<string, VmInstance> _vms = new(StringComparer.Ordinal);
    private readonly Lock _making = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>The VMs, oldest first.</summary>
    public IEnumerable<VmInstance> All => _vms.Values.OrderBy(v => v.Describe().Started?.ToDateTime() ?? DateTime.MaxValue);

    /// <summary>The VMs that have a VM-app or are about to.</summary>
    public IEnumerable<VmInstance> Live => _vms.Values.Where(v => v.IsLive);

    /// <summary>Cancelled when the daemon stops: nothing is started any more.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Makes a VM in state STARTING; its first run is to be started next.</summary>
    /// <param name="user">The ids that it runs under.</param>
    /// <param name="fileModeMask">umask(2) of its runs, in octal.</param>
    /// <param name="packageId">Id of the registration of the package to be run; empty: none is.</param>
    /// <param name="details">Options, name, package, origin, policy and limits; the rest is filled in.</param>
    /// <exception cref="GrpcException">ResourceExhausted, AlreadyExists, Unavailable.</exception>
    public VmInstance Make(UserIdentity user, string fileModeMask, string packageId, InspectVmResponse details)
    {
        lock (_making)
        {
            if (Stopping.IsCancellationRequested)
            {
                throw new GrpcException(StatusCode.Unavailable, "the daemon is stopping");
            }

            CheckRoom(user.UserId, details.Vm.Name);
            do
            {
                details.Vm.Id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
            }
            while (_vms.ContainsKey(details.Vm.Id));

            details.Vm.Uid = user.UserId;
            details.Vm.Started = Timestamp.FromDateTime(DateTime.UtcNow);
            details.Vm.State = VmState.Starting;
            details.Gid = user.GroupId;
            details.Groups.AddRange(user.Groups);
            if (details.Vm.Origin == VmOrigin.Detached)
            {
                details.LogPath = logs.PathOf(details.Vm.Id);
            }

            VmInstance vm = new(new VmRow("", 0, fileModeMask, packageId, 0, details), OnChanged);
            Keep(vm);
            vm.Move(VmState.Starting);
            _vms[vm.Id] = vm;
            return vm;
        }
    }

    /// <summary>Starts a run of a VM in state STARTING.</summary>
    /// <exception cref="GrpcException">It cannot be started; the VM is then as if this had not been asked for.</exception>
    public VmRun Start(VmInstance vm, VmInheritance inherited)
    {
        VmRun run = launcher.Launch(vm, inherited);
        TellStarted(vm, run);
        Watch(vm, run);
        return run;
    }

    /// <summary>Tells log and watchers of a new run.</summary>
    public void TellStarted(VmInstance vm, VmRun run)
    {
        using (VmScope.Of(logger, vm))
        {
            logger.LogInformation("VM {Vm} of user {User}: process {Process} runs {Program}", vm.Id, vm.UserId, run.Process.ProcessId, vm.Describe().ProgramPath);
        }

        events.Publish(vm, new Event { VmStarted = vm.Describe() });
    }

    /// <summary>Watches a run to its end: just started, or an earlier daemon's.</summary>
    public void Watch(VmInstance vm, VmRun run) =>
        new Thread(() => WaitForEnd(vm, run), WaiterStackSize) { IsBackground = true, Name = $"vm {vm.Id}" }.Start();

    /// <summary>Takes in a VM that an earlier daemon kept.</summary>
    public VmInstance Load(VmRow row)
    {
        VmInstance vm = new(row, OnChanged);
        _vms[vm.Id] = vm;
        return vm;
    }

    /// <summary>Forgets a VM and its log.</summary>
    public void Forget(VmInstance vm)
    {
        _vms.TryRemove(vm.Id, out _);
        table.Delete(vm.Id);
        logs.Remove(vm.Id);
    }

    /// <summary>A VM's run has ended in a way that no process tells: it could not be started, or was not there any more.</summary>
    public void EndWithoutProcess(VmInstance vm, RunExit exit, DateTime started)
    {
        launcher.Clean(vm.Id, vm.Inspect().CgroupPath);
        End(vm, null, exit, new ProcessEnd(), started);
    }

    /// <summary>Starts nothing more.</summary>
    public void StopStarting()
    {
        lock (_making)
        {
            _stopping.Cancel();
        }
    }

    /// <summary>Set by what restarts VMs: called with the time after which one is due.</summary>
    public Action<VmInstance, TimeSpan>? RestartDue { get; set; }

    private void CheckRoom(uint userId, string name)
    {
        VmInstance[] users = [.. _vms.Values.Where(v => v.UserId == userId)];
        if (users.Count(v => v.IsLive || v.State == VmState.Restarting) >= SupervisionLimits.MaxVmsPerUser)
        {
            throw new GrpcException(StatusCode.ResourceExhausted, $"user {userId} has {SupervisionLimits.MaxVmsPerUser} running VMs, which is the limit");
        }

        if (users.Count(v => v.Origin == VmOrigin.Detached) >= SupervisionLimits.MaxEndedPerUser)
        {
            throw new GrpcException(
                StatusCode.ResourceExhausted, $"user {userId} has {SupervisionLimits.MaxEndedPerUser} VMs, which is the limit; remove some that have ended");
        }

        if (name.Length > 0 && users.FirstOrDefault(v => v.Name == name) is { } other)
        {
            throw new GrpcException(StatusCode.AlreadyExists, $"VM {other.Id} has the name {name}; remove it or choose another name");
        }
    }

    private void WaitForEnd(VmInstance vm, VmRun run)
    {
        ProcessEnd end = run.Process.Wait();
        RunExit exit = run.Judge(end);
        launcher.Clean(vm.Id, vm.Inspect().CgroupPath);
        End(vm, run, exit, end, run.Started);
        run.Complete(exit);
    }

    private void End(VmInstance vm, VmRun? run, RunExit exit, ProcessEnd end, DateTime started)
    {
        DateTime now = DateTime.UtcNow;
        ExitRecord record = new()
        {
            Started = Timestamp.FromDateTime(started),
            Ended = Timestamp.FromDateTime(now),
            Pid = run?.Process.ProcessId ?? vm.Describe().Pid,
            Exit = exit,
            Signal = end.Signal,
            Stopped = vm.IsStopAsked,
        };
        uint inRow = now - started >= RestartRules.LastingRun ? 0 : vm.RestartsInRow;
        TimeSpan? delay = vm.Origin == VmOrigin.Detached && !vm.IsStopAsked ? RestartRules.Delay(vm.Inspect().Restart ?? new RestartPolicy(), exit, inRow) : null;
        VmState next = delay is not null ? VmState.Restarting : exit.Failure.Length > 0 && !vm.IsStopAsked ? VmState.Failed : VmState.Ended;
        using (VmScope.Of(logger, vm))
        {
            logger.LogInformation("VM {Vm} ended with exit code {Code} {Failure}", vm.Id, exit.ExitCode, exit.Failure);
        }

        vm.EndRun(record, next, exit.Failure, inRow);
        events.Publish(vm, new Event { VmEnded = exit });
        if (delay is { } time)
        {
            RestartDue?.Invoke(vm, time);
        }
        else if (vm.Origin != VmOrigin.Detached)
        {
            Prune(vm.UserId);
        }
    }

    /// <summary>Keeps the latest ended runs of a user only.</summary>
    private void Prune(uint userId)
    {
        VmInstance[] ended = [.. _vms.Values.Where(v => v.UserId == userId && v.Origin != VmOrigin.Detached && v.State is VmState.Ended or VmState.Failed)];
        foreach (VmInstance vm in ended.OrderByDescending(v => v.Describe().Ended.ToDateTime()).Skip(SupervisionLimits.MaxEndedRunsPerUser))
        {
            Forget(vm);
        }
    }

    /// <summary>Makes sure of the VM's row before anything is started for it.</summary>
    private void Keep(VmInstance vm)
    {
        try
        {
            table.Save(vm.ToRow());
        }
        catch (RegistryException e)
        {
            throw new GrpcException(StatusCode.ResourceExhausted, e.Message, e);
        }
    }

    private void OnChanged(VmInstance vm, VmRow row, StateChange? step)
    {
        try
        {
            table.Save(row);
        }
        catch (RegistryException e)
        {
            // The VM and its callers go on; what is lost is what the next daemon would know of this step.
            logger.LogError("VM {Vm}: {Problem}", vm.Id, e.Message);
        }

        if (step is not null)
        {
            events.Publish(vm, new Event { StateChanged = step.Clone() });
        }
    }
}
