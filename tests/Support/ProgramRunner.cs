using System.Diagnostics;

namespace PortableVirt.Tests.Support;

/// <summary>Runs host programs with a time limit and takes their output as bytes.</summary>
public static class ProgramRunner
{
    /// <summary>How long output is awaited after the end: a process that the program left behind may hold the pipe.</summary>
    private static readonly TimeSpan OutputGrace = TimeSpan.FromSeconds(2);

    /// <summary>Runs a command to its end, or kills its process tree when the limit is reached.</summary>
    /// <param name="command">The program and its arguments; at least one element.</param>
    /// <param name="workingFolder">An existing folder.</param>
    /// <param name="environment">Variables set in addition to this process's; a null value removes one.</param>
    /// <param name="input">Bytes for standard input; standard input is empty without.</param>
    /// <param name="limit">Time limit; 60 s without.</param>
    public static async Task<ProgramRun> RunAsync(
        IReadOnlyList<string> command,
        string workingFolder,
        IReadOnlyDictionary<string, string?>? environment = null,
        byte[]? input = null,
        TimeSpan? limit = null)
    {
        ProcessStartInfo start = new(command[0], command.Skip(1))
        {
            WorkingDirectory = workingFolder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string? value) in environment ?? new Dictionary<string, string?>())
        {
            if (value is null)
            {
                start.Environment.Remove(name);
            }
            else
            {
                start.Environment[name] = value;
            }
        }

        Stopwatch watch = Stopwatch.StartNew();
        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start.");
        using CancellationTokenSource timer = new(limit ?? TimeSpan.FromSeconds(60));
        Task<byte[]> output = ReadAllAsync(process.StandardOutput.BaseStream, timer.Token);
        Task<byte[]> error = ReadAllAsync(process.StandardError.BaseStream, timer.Token);
        Task write = WriteAllAsync(process, input ?? [], timer.Token);
        bool timedOut = false;
        try
        {
            await process.WaitForExitAsync(timer.Token);
            timer.CancelAfter(OutputGrace);
        }
        catch (OperationCanceledException)
        {
            timedOut = true;
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        watch.Stop();
        await write;
        return new ProgramRun(process.ExitCode, await output, await error, timedOut, watch.Elapsed);
    }

    /// <summary>Whether a program of that name is on PATH.</summary>
    public static bool IsOnPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => File.Exists(Path.Combine(folder, name)));

    private static async Task<byte[]> ReadAllAsync(Stream stream, CancellationToken cancel)
    {
        using MemoryStream all = new();
        try
        {
            await stream.CopyToAsync(all, cancel);
        }
        catch (OperationCanceledException)
        {
            // What came before the limit is still worth showing.
        }

        return all.ToArray();
    }

    private static async Task WriteAllAsync(Process process, byte[] input, CancellationToken cancel)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input, cancel);
            process.StandardInput.Close();
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The program ended, or was killed, before it read all of its input.
        }
    }
}
