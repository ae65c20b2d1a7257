using System.Diagnostics;
using System.Globalization;

namespace PortableVirt.VmApp.Tests;

/// <summary>One run of stopwatch.exe with a pause in the middle of its waits.</summary>
public sealed class StopwatchRun : IAsyncLifetime
{
    private const int Attempts = 5;

    /// <summary>How long the VM is paused.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>One tenth of the pause. Whoever looks for something all the time does so in each; the runtime's own work comes and goes.</summary>
    public static readonly TimeSpan Moment = Pause / Moments;

    private const int Moments = 10;
    private static readonly TimeSpan BeforePause = TimeSpan.FromMilliseconds(200);

    /// <summary>A pause that began later would not be in the middle of the waits.</summary>
    private static readonly TimeSpan LatestPause = TimeSpan.FromMilliseconds(1700);

    private readonly Dictionary<string, StopwatchLine> _lines = [];

    /// <summary>When the pause ended, after the program's start of its waits.</summary>
    public TimeSpan ResumedAt { get; private set; }

    /// <summary>Processor time that this process, the VM in it, used in that <see cref="Moment"/> of the pause in which it used least.</summary>
    public TimeSpan ProcessorTime { get; private set; }

    /// <summary>How many lines came during the pause.</summary>
    public int LinesInPause { get; private set; }

    /// <summary>The line of a wait.</summary>
    public StopwatchLine this[string name] => _lines.TryGetValue(name, out StopwatchLine? line) ? line : throw new KeyNotFoundException($"{name} did not end as it should: {string.Join("; ", _lines.Values)}");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            _lines.Clear();
            if (await TryAsync())
            {
                return;
            }
        }
        Assert.Fail("the machine is too busy to start the program in time");
    }

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;

    private async Task<bool> TryAsync()
    {
        using RunningVm vm = (await RunningVm.CreateAsync("stopwatch")).Start();
        using BlockingRead lines = new(vm, _lines);
        lines.AwaitStart();
        Thread.Sleep(BeforePause);
        vm.Runner.Pause();
        if (lines.Elapsed > LatestPause)
        {
            vm.Runner.Stop();
            lines.AwaitEnd();
            return false;
        }
        int before = lines.Count;
        TimeSpan first = LeastProcessorTime(Moments / 2);
        vm.WriteByte();
        TimeSpan second = LeastProcessorTime(Moments / 2);
        ProcessorTime = first < second ? first : second;
        LinesInPause = lines.Count - before;
        ResumedAt = lines.Elapsed;
        vm.Runner.Resume();
        lines.AwaitEnd();
        Assert.Equal(0, vm.WaitForEnd());
        return true;
    }

    private static TimeSpan LeastProcessorTime(int moments)
    {
        TimeSpan least = TimeSpan.MaxValue;
        for (int i = 0; i < moments; i++)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            Thread.Sleep(Moment);
            TimeSpan used = Environment.CpuUsage.TotalTime - before;
            least = used < least ? used : least;
        }
        return least;
    }

    /// <summary>Reads lines on a thread of its own, with the time at which each came.</summary>
    private sealed class BlockingRead : IDisposable
    {
        private readonly ManualResetEventSlim _started = new();
        private readonly Thread _thread;
        private long _start;
        private int _count;

        public BlockingRead(RunningVm vm, Dictionary<string, StopwatchLine> lines)
        {
            _thread = new Thread(() =>
            {
                while (vm.ReadLine() is { } text)
                {
                    if (text.StartsWith("started ", StringComparison.Ordinal))
                    {
                        _start = Stopwatch.GetTimestamp() - (Stopwatch.Frequency / 1000 * long.Parse(text.Split(' ')[1], CultureInfo.InvariantCulture));
                        _started.Set();
                        continue;
                    }
                    string[] fields = text.TrimEnd().Split(' ');
                    StopwatchLine line = new(text, Elapsed, fields[0] == "FAIL" ? -1 : long.Parse(fields[1], CultureInfo.InvariantCulture), fields[0] == "FAIL" ? -1 : long.Parse(fields[2], CultureInfo.InvariantCulture));
                    lines[fields[0] == "FAIL" ? text : fields[0]] = line;
                    Interlocked.Increment(ref _count);
                }
            });
            _thread.Start();
        }

        public int Count => Volatile.Read(ref _count);

        public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

        public void AwaitStart() => Assert.True(_started.Wait(TimeSpan.FromSeconds(30)), "the program does not start");

        public void AwaitEnd() => Assert.True(_thread.Join(TimeSpan.FromSeconds(30)), "the program does not end");

        public void Dispose() => _started.Dispose();
    }
}
