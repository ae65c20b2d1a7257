using PortableVirt.Emulation.Jobs;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Sync.Tests;

public sealed class JobTests
{
    private readonly TestWorld _world = new();

    [Fact]
    public void ProcessesComeAndGoWithMessages()
    {
        JobObject job = new(_world.Executive);
        IoCompletionObject port = new(_world.Dispatcher, 0);
        Assert.Equal(NtStatus.Success, job.Associate(port, 77));
        NtThread only = _world.NewThread();
        Assert.Equal(NtStatus.Success, job.Assign(_world.Process));
        only.MarkEnded(NtStatus.AccessViolation);
        Assert.Equal([JobMessage.NewProcess, JobMessage.AbnormalExitProcess, JobMessage.ActiveProcessZero], Messages(port));
        Assert.Equal((1u, 0u), (job.Account().TotalProcesses, job.Account().ActiveProcesses));
    }

    [Fact]
    public void TheLimitOfProcessesHolds()
    {
        JobObject job = new(_world.Executive);
        JobExtendedLimits limits = default;
        limits.Basic.Flags = JobLimits.ActiveProcess;
        limits.Basic.ActiveProcesses = 1;
        job.Limits = limits;
        NtProcess other = new(_world.Executive, _world.Process.AddressSpace);
        Assert.Equal(NtStatus.Success, job.Assign(_world.Process));
        Assert.Equal(NtStatus.QuotaExceeded, job.Assign(other));
        Assert.Equal(NtStatus.QuotaExceeded, other.JoinJobOf(_world.Process, breakaway: false));
        Assert.Equal(NtStatus.AccessDenied, other.JoinJobOf(_world.Process, breakaway: true));
        limits.Basic.Flags = JobLimits.BreakawayOk;
        job.Limits = limits;
        Assert.Equal(NtStatus.Success, other.JoinJobOf(_world.Process, breakaway: true));
        Assert.Null(other.Job);
    }

    [Fact]
    public void JobsNest()
    {
        JobObject outer = new(_world.Executive);
        JobObject inner = new(_world.Executive);
        JobObject unrelated = new(_world.Executive);
        NtProcess other = new(_world.Executive, _world.Process.AddressSpace);
        Assert.Equal(NtStatus.Success, unrelated.Assign(other));
        Assert.Equal(NtStatus.Success, outer.Assign(_world.Process));
        Assert.Equal(NtStatus.Success, inner.Assign(_world.Process));
        Assert.True(outer.Contains(_world.Process) && inner.Contains(_world.Process));
        Assert.Equal(NtStatus.AccessDenied, unrelated.Assign(_world.Process));
        _world.NewThread().RequestTermination(default);
    }

    private List<JobMessage> Messages(IoCompletionObject port)
    {
        List<JobMessage> messages = [];
        while (port.TryTake(out CompletionPacket packet))
        {
            Assert.Equal(77ul, packet.Key);
            messages.Add((JobMessage)packet.IoStatus.Information);
        }
        return messages;
    }
}
