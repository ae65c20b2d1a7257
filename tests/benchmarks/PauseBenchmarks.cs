using System.IO.Pipes;
using PortableVirt.Emulation;
using PortableVirt.Tests.Support;
using PortableVirt.VmApp.Core;

namespace PortableVirt.Benchmarks;

/// <summary>How long it takes until every thread of a VM stands.</summary>
public sealed class PauseBenchmarks : IVmEvents
{
    private const int Rounds = 20;
    private const double Target = 50;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(300);

    /// <summary>Prints one line a number of threads, all of which count in user mode.</summary>
    public static async Task PrintAsync()
    {
        string program = await new GuestBuild("VmApp.Tests/Programs").ProgramAsync("workers");
        Console.WriteLine($"pause of a VM whose threads all run, {Rounds} times each");
        Console.WriteLine($"  {"threads",-10}{"median ms",12}{"longest ms",12}{"over target",13}");
        foreach (int threads in (int[])[1, 100, 500])
        {
            List<double> times = [.. Measure(program, threads).Order()];
            Console.WriteLine($"  {threads,-10}{times[Rounds / 2],12:F1}{times[^1],12:F1}{times.Count(time => time > Target),13}");
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

    private static List<double> Measure(string program, int threads)
    {
        using ScratchFolder folder = new();
        using AnonymousPipeServerStream input = new(PipeDirection.Out);
        using AnonymousPipeServerStream output = new(PipeDirection.In);
        using MachineStart machine = MachineStart.Begin(() => File.OpenHandle("/dev/kvm", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite));
        VmRunner runner = new(
            new LaunchOptions
            {
                ProgramPath = program,
                Arguments = [$"{threads}"],
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
        _ = new StreamReader(output).ReadLine();
        Thread.Sleep(Settling);
        List<double> times = [];
        for (int round = 0; round <= Rounds; round++)
        {
            PauseResult result = runner.Pause();
            runner.Resume();
            if (round > 0)
            {
                // The first one was to be compiled.
                times.Add(result.Elapsed.TotalMilliseconds);
            }
            Thread.Sleep(Between);
        }

        runner.Stop();
        vm.Join();
        return times;
    }
}
