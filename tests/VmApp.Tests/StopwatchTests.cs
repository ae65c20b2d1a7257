namespace PortableVirt.VmApp.Tests;

/// <summary>Waits of two seconds across a pause: they end after two seconds of running time, and the program's clocks say so.</summary>
public sealed class StopwatchTests(StopwatchRun run) : IClassFixture<StopwatchRun>
{
    private const long Wait = 2000;

    /// <summary>Clocks and waits have grains of up to 16 ms.</summary>
    private const long Early = 20;

    /// <summary>How late this process may read the line that its reckoning begins with; the program's own counter is compared exactly.</summary>
    private const long Reading = 200;

    /// <summary>How far the guest's clock may be from the host's reckoning of running time: what a loaded machine adds is on both.</summary>
    private static readonly long Apart = (long)StopwatchRun.Pause.TotalMilliseconds / 2;

    public static TheoryData<string> RelativeWaits =>
    [
        "sleep", "sleep_alertable", "event", "many", "address", "condition", "timer", "periodic_timer", "pool_timer", "late_pool_timer", "chained_pool_timer", "registered_wait", "queue_timer", "completion_port", "mailslot",
        "named_pipe", "select", "receive", "child", "suspended", "busy", "tick_count",
    ];

    public static TheoryData<string> AbsoluteWaits => ["absolute_timer", "absolute_delay"];

    [Theory]
    [MemberData(nameof(RelativeWaits))]
    public void A_wait_goes_on_from_where_it_stood(string name)
    {
        StopwatchLine line = run[name];
        long running = (long)(line.At - StopwatchRun.Pause).TotalMilliseconds;
        Assert.True(running >= Wait - Reading, $"{name} ended after {running} ms of running time");
        Assert.True(line.Counter >= Wait - Early && Math.Abs(line.Counter - running) <= Apart, $"the performance counter counted {line.Counter} of {running} ms");
        Assert.True(line.System - line.Counter >= StopwatchRun.Pause.TotalMilliseconds - Apart, $"the system clock counted {line.System} ms");
    }

    [Theory]
    [MemberData(nameof(AbsoluteWaits))]
    public void A_wait_for_a_system_time_ends_when_the_vm_goes_on(string name)
    {
        StopwatchLine line = run[name];
        Assert.InRange(line.At, run.ResumedAt, run["sleep"].At);
        Assert.True(line.Counter < Wait, $"the performance counter counted {line.Counter} ms");
    }

    [Fact]
    public void What_the_host_gave_in_a_pause_arrives_at_its_end()
    {
        Assert.InRange(run["standard_input"].At, run.ResumedAt, run["sleep"].At);
    }

    [Fact]
    public void A_paused_vm_says_nothing_and_uses_no_processor()
    {
        Assert.Equal(0, run.LinesInPause);
        Assert.True(run.ProcessorTime < StopwatchRun.Moment / 20, $"{run.ProcessorTime.TotalMilliseconds} ms of processor time");
    }
}
