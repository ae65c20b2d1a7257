using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Cli.Hosts;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;
using PortableVirt.VmApp.Core;

namespace PortableVirt.Cli.Runs;

/// <summary>Runs a program through the daemon. The program has this process's own standard descriptors; no byte of them passes here.</summary>
public static class DaemonRun
{
    /// <summary>Runs it to its end.</summary>
    public static async Task<RunOutcome> RunAsync(GrpcChannel channel, VmApp.Core.LaunchOptions options)
    {
        using SafeFileHandle folder = NativeFile.Open(
            options.WorkingFolder, NativeFile.OPath | NativeFile.ODirectory | NativeFile.OCloExec);
        if (folder.IsInvalid)
        {
            return RunOutcome.Failed($"the working folder {options.WorkingFolder} cannot be opened");
        }

        using AsyncDuplexStreamingCall<RunProgramRequest, RunProgramResponse> call = channel.DuplexStreamingCall(DaemonMethods.RunProgram, default);
        Channel<CtrlKind> controls = Channel.CreateUnbounded<CtrlKind>();
        using TerminalGuard terminal = new(options.StdIn, options.StdOut);
        using IDisposable signals = ControlSignals.Forward(terminal, kind => controls.Writer.TryWrite(kind));
        try
        {
            RunStart start = new()
            {
                Options = LaunchMessage.Of(options),
                Descriptors = new CallerDescriptors
                {
                    StdIn = options.StdIn,
                    StdOut = options.StdOut,
                    StdErr = options.StdErr,
                    WorkingFolder = (int)folder.DangerousGetHandle(),
                },
            };
            await call.RequestStream.WriteAsync(new RunProgramRequest { Start = start }, default).ConfigureAwait(false);
            Task sender = SendControlsAsync(call.RequestStream, controls.Reader);
            RunOutcome outcome = await ReceiveAsync(call.ResponseStream).ConfigureAwait(false);
            controls.Writer.TryComplete();
            await sender.ConfigureAwait(false);
            return outcome;
        }
        catch (GrpcException e)
        {
            return RunOutcome.Failed(DaemonConnection.Explain(e));
        }
    }

    private static async Task<RunOutcome> ReceiveAsync(IAsyncStreamReader<RunProgramResponse> responses)
    {
        while (await responses.MoveNext(default).ConfigureAwait(false))
        {
            RunProgramResponse response = responses.Current;
            switch (response.ResponseCase)
            {
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

    private static async Task SendControlsAsync(IClientStreamWriter<RunProgramRequest> requests, ChannelReader<CtrlKind> controls)
    {
        try
        {
            await foreach (CtrlKind kind in controls.ReadAllAsync().ConfigureAwait(false))
            {
                await requests.WriteAsync(new RunProgramRequest { ConsoleControl = LaunchMessage.Of(kind) }, default).ConfigureAwait(false);
            }
        }
        catch (GrpcException)
        {
            // The call's end is the receiver's to tell.
        }
    }
}
