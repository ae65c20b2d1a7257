using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Cli.Hosts;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.Sockets;
using PortableVirt.Protocol.V1;
using PortableVirt.VmApp.Core;

namespace PortableVirt.Cli.Runs;

/// <summary>Runs a program through the daemon. The program has this process's own standard descriptors; no byte of them passes here.</summary>
public static class DaemonRun
{
    /// <summary>Time that a run waits for the daemon to come back; the daemon waits as long for the run.</summary>
    private static readonly TimeSpan DaemonReturn = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs it to its end.</summary>
    /// <param name="channel">The daemon.</param>
    /// <param name="options">The run.</param>
    /// <param name="start">What else the daemon is told: name, limits, package.</param>
    public static async Task<RunOutcome> RunAsync(GrpcChannel channel, VmApp.Core.LaunchOptions options, RunStart start)
    {
        using SafeFileHandle folder = NativeFile.Open(
            options.WorkingFolder, NativeFile.OPath | NativeFile.ODirectory | NativeFile.OCloExec);
        if (folder.IsInvalid)
        {
            return RunOutcome.Failed($"the working folder {options.WorkingFolder} cannot be opened");
        }

        Channel<CtrlKind> controls = Channel.CreateUnbounded<CtrlKind>();
        using TerminalGuard terminal = new(options.StdIn, options.StdOut);
        using IDisposable signals = ControlSignals.Forward(terminal, kind => controls.Writer.TryWrite(kind));
        string? vmId = null;
        try
        {
            start.Options = LaunchMessage.Of(options);
            start.Descriptors = new CallerDescriptors
            {
                StdIn = options.StdIn,
                StdOut = options.StdOut,
                StdErr = options.StdErr,
                WorkingFolder = (int)folder.DangerousGetHandle(),
            };
            using AsyncDuplexStreamingCall<RunProgramRequest, RunProgramResponse> call = channel.DuplexStreamingCall(DaemonMethods.RunProgram, default);
            await call.RequestStream.WriteAsync(new RunProgramRequest { Start = start }, default).ConfigureAwait(false);
            return await ServeAsync(
                call.ResponseStream,
                id => vmId = id,
                controls.Reader,
                kind => call.RequestStream.WriteAsync(new RunProgramRequest { ConsoleControl = LaunchMessage.Of(kind) }, default)).ConfigureAwait(false);
        }
        catch (GrpcException e)
        {
            return vmId is not null && IsDaemonLost(e)
                ? await TakeUpAgainAsync(vmId, controls.Reader, e).ConfigureAwait(false)
                : RunOutcome.Failed(DaemonConnection.Explain(e));
        }
    }

    /// <summary>The daemon was killed, restarted or upgraded: the program goes on, and so does the run once a daemon answers again.</summary>
    private static async Task<RunOutcome> TakeUpAgainAsync(string vmId, ChannelReader<CtrlKind> controls, GrpcException lost)
    {
        Stopwatch without = Stopwatch.StartNew();
        while (without.Elapsed < DaemonReturn)
        {
            using GrpcChannel channel = GrpcChannel.ForPath(WellKnownSockets.Daemon);
            try
            {
                using AsyncDuplexStreamingCall<AttachVmRequest, RunProgramResponse> call = channel.DuplexStreamingCall(DaemonMethods.AttachVm, default);
                await call.RequestStream.WriteAsync(new AttachVmRequest { VmId = vmId }, default).ConfigureAwait(false);
                return await ServeAsync(
                    call.ResponseStream,
                    _ => without.Reset(),
                    controls,
                    kind => call.RequestStream.WriteAsync(new AttachVmRequest { ConsoleControl = LaunchMessage.Of(kind) }, default)).ConfigureAwait(false);
            }
            catch (GrpcException e) when (IsDaemonLost(e))
            {
                // Not yet there, or lost again.
                without.Start();
                await Task.Delay(RetryInterval).ConfigureAwait(false);
            }
            catch (GrpcException e)
            {
                return RunOutcome.Failed(DaemonConnection.Explain(e));
            }
        }

        return RunOutcome.Failed(DaemonConnection.Explain(lost));
    }

    private static bool IsDaemonLost(GrpcException e) => e.StatusCode == StatusCode.Unavailable;

    /// <summary>Forwards console control events until the run has ended.</summary>
    private static async Task<RunOutcome> ServeAsync(
        IAsyncStreamReader<RunProgramResponse> responses, Action<string> started, ChannelReader<CtrlKind> controls, Func<CtrlKind, Task> write)
    {
        using CancellationTokenSource ended = new();
        Task sender = SendControlsAsync(controls, write, ended.Token);
        try
        {
            return await ReceiveAsync(responses, started).ConfigureAwait(false);
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await sender.ConfigureAwait(false);
        }
    }

    private static async Task<RunOutcome> ReceiveAsync(IAsyncStreamReader<RunProgramResponse> responses, Action<string> started)
    {
        while (await responses.MoveNext(default).ConfigureAwait(false))
        {
            RunProgramResponse response = responses.Current;
            switch (response.ResponseCase)
            {
                case RunProgramResponse.ResponseOneofCase.Started:
                    started(response.Started.VmId);
                    break;
                case RunProgramResponse.ResponseOneofCase.Error:
                    await Console.Error.WriteLineAsync("pvctl: " + response.Error).ConfigureAwait(false);
                    break;
                case RunProgramResponse.ResponseOneofCase.Exit:
                    RunExit exit = response.Exit;
                    return RunOutcome.Of(
                        new VmExit(exit.ExitCode, exit.Failure.Length > 0 ? exit.Failure : null, exit.GuestException, exit.NtStatus));
            }
        }

        return RunOutcome.Failed("the daemon ended the run without an exit code");
    }

    private static async Task SendControlsAsync(ChannelReader<CtrlKind> controls, Func<CtrlKind, Task> write, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (CtrlKind kind in controls.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                await write(kind).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is GrpcException or OperationCanceledException)
        {
            // The call's end is the receiver's to tell.
        }
    }
}
