using PortableVirt.Dispatch.Vms;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Server.Calls;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Services;

/// <summary>Daemon.RunProgram: a run that lasts as long as its caller's stream.</summary>
internal sealed class ProgramRun(VmSupervisor supervisor)
{
    public async Task RunAsync(
        IAsyncStreamReader<RunProgramRequest> requests, IAsyncStreamWriter<RunProgramResponse> responses, ServerCallContext context)
    {
        RunStart start = await ReadStartAsync(requests).ConfigureAwait(false);
        VmInstance vm = supervisor.Start(context.Peer ?? throw new GrpcException(StatusCode.Unauthenticated, "the caller is not known"), start);
        try
        {
            await responses.WriteAsync(
                new RunProgramResponse { Started = new RunStarted { VmId = vm.Id, Pid = vm.ProcessId } }, context.CancellationToken).ConfigureAwait(false);
            Task controls = ForwardControlsAsync(requests, vm);
            Task<RunExit> ended = vm.Ended;
            if (await Task.WhenAny(ended, controls).ConfigureAwait(false) == controls)
            {
                await controls.ConfigureAwait(false);
            }

            RunExit exit = await ended.WaitAsync(context.CancellationToken).ConfigureAwait(false);
            await responses.WriteAsync(new RunProgramResponse { Exit = exit }, context.CancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (!vm.Ended.IsCompleted)
            {
                await vm.StopAsync(TimeSpan.Zero).ConfigureAwait(false);
            }
        }
    }

    private static async Task<RunStart> ReadStartAsync(IAsyncStreamReader<RunProgramRequest> requests)
    {
        if (!await requests.MoveNext(default).ConfigureAwait(false)
            || requests.Current.Start is not { Options: { } options, Descriptors: not null } start)
        {
            throw new GrpcException(StatusCode.InvalidArgument, "the first message of RunProgram is its start, with options and descriptors");
        }

        return options.ProgramPath.Length > 0 && options.WorkingFolder.StartsWith('/')
            ? start
            : throw new GrpcException(StatusCode.InvalidArgument, "a run needs the path of a program and an absolute working folder");
    }

    /// <summary>Ends when the caller has ended its stream, which is not the end of the run.</summary>
    private static async Task ForwardControlsAsync(IAsyncStreamReader<RunProgramRequest> requests, VmInstance vm)
    {
        while (await requests.MoveNext(default).ConfigureAwait(false))
        {
            RunProgramRequest request = requests.Current;
            if (request.RequestCase != RunProgramRequest.RequestOneofCase.ConsoleControl
                || request.ConsoleControl is not (> ConsoleControl.Unspecified and <= ConsoleControl.ResumeTerminal))
            {
                throw new GrpcException(StatusCode.InvalidArgument, "after its start, RunProgram takes console control events only");
            }

            vm.Send(new VmCommand { ConsoleControl = request.ConsoleControl });
        }
    }
}
