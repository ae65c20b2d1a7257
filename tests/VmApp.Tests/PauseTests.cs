using System.IO.MemoryMappedFiles;
using PortableVirt.Emulation;
using Xunit.Abstractions;

namespace PortableVirt.VmApp.Tests;

/// <summary>Pausing VMs whose threads never rest.</summary>
public sealed class PauseTests(ITestOutputHelper output)
{
    private const int Threads = 16;
    private const int StressRounds = 200;
    private const int CountingThreads = 32;
    private const int CountingRounds = 50;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Busy_threads_stop_and_use_no_processor()
    {
        using RunningVm vm = (await RunningVm.CreateAsync("counters", $"{Threads}")).Start();
        vm.Await("ready");
        PauseResult result = vm.Runner.Pause();
        Assert.Equal(Threads + 1, result.Threads);
        TimeSpan before = GuestThreads.ProcessorTime();
        Thread.Sleep(Moment);
        TimeSpan used = GuestThreads.ProcessorTime() - before;
        Assert.True(used < Moment / 10, $"{used.TotalMilliseconds} ms of processor time in {Moment.TotalMilliseconds} ms");
        vm.Runner.Resume();
        AssertRunning();
        Assert.Equal(0, vm.Finish());
    }

    /// <summary>
    /// Each thread counts in a file that this process sees too, by instructions or by calls: there is not one more of them, though few of the threads have had a
    /// processor since.
    /// </summary>
    [Theory]
    [InlineData("instructions")]
    [InlineData("calls")]
    public async Task Nothing_is_executed_in_a_pause(string by)
    {
        int seed = Random.Shared.Next();
        Random random = new(seed);
        output.WriteLine($"seed {seed}");
        using RunningVm vm = (await RunningVm.CreateAsync("counters", by == "calls" ? [$"{CountingThreads}", by] : [$"{CountingThreads}"])).Start();
        vm.Await("ready");
        using MemoryMappedFile file = MemoryMappedFile.CreateFromFile(
            new FileStream(Path.Combine(vm.Folder, "counters.bin"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite), null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        using MemoryMappedViewAccessor view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte[] atPause = new byte[view.Capacity];
        byte[] later = new byte[view.Capacity];
        int moved = 0, whole = 0;
        for (int round = 0; round < CountingRounds; round++)
        {
            PauseResult result = vm.Runner.Pause();
            view.ReadArray(0, atPause, 0, atPause.Length);
            Thread.Sleep(random.Next(5));
            view.ReadArray(0, later, 0, later.Length);
            whole += result.InHostCalls == 0 ? 1 : 0;
            Assert.True(result.InHostCalls != 0 || atPause.AsSpan().SequenceEqual(later), $"a thread went on in round {round}, seed {seed}");
            vm.Runner.Resume();
            Thread.Sleep(TimeSpan.FromMilliseconds(random.NextDouble() * 12));
            view.ReadArray(0, atPause, 0, atPause.Length);
            moved += atPause.AsSpan().SequenceEqual(later) ? 0 : 1;
        }
        output.WriteLine($"calls went on in {CountingRounds - whole} pauses");
        Assert.True(whole > CountingRounds / 2, "calls went on in most pauses");
        Assert.True(moved > CountingRounds / 2, $"threads went on after {moved} of {CountingRounds} pauses only");
        Assert.Equal(0, vm.Finish());
    }

    [Fact]
    public async Task Pause_and_resume_may_be_repeated()
    {
        using RunningVm vm = (await RunningVm.CreateAsync("workers", "2")).Start();
        vm.Await("ready");
        vm.Runner.Resume();
        vm.Runner.Pause();
        PauseResult again = vm.Runner.Pause();
        Assert.Equal(3, again.Threads);
        Assert.Equal(TimeSpan.Zero, again.Elapsed);
        vm.Runner.Resume();
        vm.Runner.Resume();
        AssertRunning();
        Assert.Equal(0, vm.Finish());
        Assert.Equal(default, vm.Runner.Pause());
    }

    [Fact]
    public async Task A_vm_that_is_paused_before_it_begins_begins_paused()
    {
        using RunningVm vm = await RunningVm.CreateAsync("workers", "1");
        vm.Runner.Pause();
        vm.Start();
        Task<string?> first = Task.Run(vm.ReadLine);
        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.False(first.IsCompleted);
        vm.Runner.Resume();
        Assert.Equal("ready", await first.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(0, vm.Finish());
    }

    [Fact]
    public async Task A_paused_vm_can_be_stopped()
    {
        using RunningVm vm = (await RunningVm.CreateAsync("workers", "0", "mixed")).Start();
        vm.Await("ready");
        vm.Runner.Pause();
        vm.Runner.Stop();
        Assert.Equal((int)(NtStatus.ControlCExit.Value & 0xff), vm.WaitForEnd());
    }

    [Fact]
    public async Task Two_hundred_pauses_leave_busy_processes_whole()
    {
        int seed = Random.Shared.Next();
        Random random = new(seed);
        output.WriteLine($"seed {seed}");
        using RunningVm vm = (await RunningVm.CreateAsync("workers", "0", "mixed")).Start();
        vm.Await("ready");
        using OutputCounter points = new(vm.Output);
        List<double> times = [];
        int inCalls = 0;
        for (int round = 0; round < StressRounds; round++)
        {
            PauseResult result = vm.Runner.Pause();
            times.Add(result.Elapsed.TotalMilliseconds);
            inCalls += result.InHostCalls;
            long before = points.Settled(result.InHostCalls);
            Thread.Sleep(TimeSpan.FromMilliseconds(random.NextDouble() * 4));
            Assert.Equal(before, points.Count);
            Assert.False(vm.HasEnded, $"the program ended in round {round}, seed {seed}");
            vm.Runner.Resume();
            Thread.Sleep(TimeSpan.FromMilliseconds(random.NextDouble() * 12));
        }
        times.Sort();
        output.WriteLine($"pause: median {times[StressRounds / 2]:F1} ms, longest {times[^1]:F1} ms; {inCalls} threads were in host calls");
        long end = points.Count;
        Assert.True(SpinWait.SpinUntil(() => points.Count > end + 10, 10_000), $"the program stands still after the last pause, seed {seed}");
        Assert.Equal(0, vm.Finish());
    }

    private static void AssertRunning()
    {
        TimeSpan before = GuestThreads.ProcessorTime();
        Assert.True(SpinWait.SpinUntil(() => GuestThreads.ProcessorTime() - before > Moment / 4, EndLimit), "the threads do not run after the pause");
    }
}
