using System.Diagnostics;
using System.IO.Pipes;
using PortableVirt.Emulation;
using PortableVirt.Tests.Support;
using PortableVirt.VmApp.Core;

namespace PortableVirt.Benchmarks;

/// <summary>How long it takes until every thread of a VM stands, and how long until the call that lets them go on returns.</summary>
public sealed class PauseBenchmarks : IVmEvents
{
    private const int Rounds = 20;
    private const double Target = 50;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(300);

    private static readonly (string Name, string Program, string[] Arguments)[] Cases =
    [
        ("1 thread that counts", "workers", ["1"]),
        ("100 threads that count", "workers", ["100"]),
        ("500 threads that count", "workers", ["500"]),
        ("100 threads that call", "counters", ["100", "calls"]),
        ("140 blocked threads", "blocked", ["20"]),
        ("3 busy processes", "workers", ["0", "mixed"]),
    ];

    /// <summary>Prints one line a program.</summary>
    public static async Task PrintAsync()
    {
        GuestBuild programs = new("VmApp.Tests/Programs");
        Console.WriteLine($"pause and resume of a VM, {Rounds} times each, ms");
        Console.WriteLine($"  {"",-24}{"median",10}{"longest",10}{"over target",13}{"resume",10}{"longest",10}{"in calls",10}");
        foreach ((string name, string program, string[] arguments) in Cases)
        {
            List<(double Pause, double Resume, int InCalls)> rounds = Measure(await programs.ProgramAsync(program), arguments);
            List<double> pauses = [.. rounds.Select(round => round.Pause).Order()];
            List<double> resumes = [.. rounds.Select(round => round.Resume).Order()];
            Console.WriteLine(
                $"  {name,-24}{pauses[Rounds / 2],10:F2}{pauses[^1],10:F2}{pauses.Count(time => time > Target),13}{resumes[Rounds / 2],10:F2}{resumes[^1],10:F2}{rounds.Count(round => round.InCalls != 0),10}");
        }

        Console.WriteLine($"  target {Target} ms");
    }

    /// <inheritdoc/>
    public void ProcessStarted(uint processId, string imagePath)
    {
    }

    /// <inheritdoc/>
    public void ProcessEnded(uint processId, uint exitCode)
    {
    }

    /// <inheritdoc/>
    public void Error(string text) => Console.Error.WriteLine(text);

    private static List<(double Pause, double Resume, int InCalls)> Measure(string program, string[] arguments)
    {
        using ScratchFolder folder = new();
        using AnonymousPipeServerStream input = new(PipeDirection.Out);
        using AnonymousPipeServerStream output = new(PipeDirection.In);
        using MachineStart machine = MachineStart.Begin(() => File.OpenHandle("/dev/kvm", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite));
        VmRunner runner = new(
            new LaunchOptions
            {
                ProgramPath = program,
                Arguments = arguments,
                Network = NetworkMode.Loopback,
                WorkingFolder = folder.Path,
                StdIn = (int)input.ClientSafePipeHandle.DangerousGetHandle(),
                StdOut = (int)output.ClientSafePipeHandle.DangerousGetHandle(),
            },
            machine,
            new PauseBenchmarks());
        Thread vm = new(() =>
        {
            VmExit exit = runner.Run();
            if (exit.Failure is { } failure)
            {
                Console.Error.WriteLine(failure);
            }
        });
        vm.Start();
        Await(output, "ready\n");
        Thread drain = new(() => output.CopyTo(Stream.Null));
        drain.Start();
        Thread.Sleep(Settling);
        List<(double Pause, double Resume, int InCalls)> times = [];
        for (int round = 0; round <= Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            PauseResult result = runner.Pause();
            long paused = Stopwatch.GetTimestamp();
            runner.Resume();
            long resumed = Stopwatch.GetTimestamp();
            if (round > 0)
            {
                // The first one was to be compiled.
                times.Add((Stopwatch.GetElapsedTime(start, paused).TotalMilliseconds, Stopwatch.GetElapsedTime(paused, resumed).TotalMilliseconds, result.InHostCalls));
            }
            Thread.Sleep(Between);
        }

        runner.Stop();
        vm.Join();
        // So that the reader comes to the end.
        output.DisposeLocalCopyOfClientHandle();
        drain.Join();
        return times;
    }

    /// <summary>Reads the program's first line, which says that its threads are there.</summary>
    private static void Await(Stream output, string line)
    {
        string text = "";
        while (!text.StartsWith(line, StringComparison.Ordinal))
        {
            int next = output.ReadByte();
            if (next < 0)
            {
                throw new InvalidOperationException($"the program ended; it wrote '{text}'");
            }
            text += next == '\r' ? "" : ((char)next).ToString();
        }
    }
}
