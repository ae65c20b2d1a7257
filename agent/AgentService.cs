using System.Collections;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Server.Calls;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.Sockets;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Agent;

/// <summary>portablevirt.v1.Agent: launches of this session go to the dispatch daemon with the session's environment.</summary>
internal static class AgentService
{
    /// <summary>Lets the agent's own user call, and nobody else.</summary>
    /// <exception cref="GrpcException">PermissionDenied.</exception>
    public static void Authorize(ServerCallContext context)
    {
        if (context.Peer?.UserId != NativeFile.GetEUid())
        {
            throw new GrpcException(StatusCode.PermissionDenied, "the agent serves its own user only");
        }
    }

    /// <summary>Runs a program through the daemon to its end.</summary>
    public static async Task<LaunchResponse> LaunchAsync(LaunchRequest request, ServerCallContext context)
    {
        LaunchOptions options = request.Options ?? throw new GrpcException(StatusCode.InvalidArgument, "a launch needs options");
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            options.Environment.TryAdd((string)variable.Key, (string?)variable.Value ?? "");
        }

        using SafeFileHandle folder = NativeFile.Open(options.WorkingFolder, NativeFile.OPath | NativeFile.ODirectory | NativeFile.OCloExec);
        if (folder.IsInvalid)
        {
            throw new GrpcException(StatusCode.InvalidArgument, $"the working folder {options.WorkingFolder} cannot be opened");
        }

        using GrpcChannel channel = GrpcChannel.ForPath(WellKnownSockets.Daemon);
        using AsyncDuplexStreamingCall<RunProgramRequest, RunProgramResponse> call =
            channel.DuplexStreamingCall(DaemonMethods.RunProgram, new CallOptions(null, context.CancellationToken));
        CallerDescriptors descriptors = new() { StdIn = 0, StdOut = 1, StdErr = 2, WorkingFolder = (int)folder.DangerousGetHandle() };
        RunProgramRequest start = new() { Start = new RunStart { Options = options, Descriptors = descriptors } };
        await call.RequestStream.WriteAsync(start, context.CancellationToken).ConfigureAwait(false);
        while (await call.ResponseStream.MoveNext(default).ConfigureAwait(false))
        {
            if (call.ResponseStream.Current.Exit is { } exit)
            {
                return new LaunchResponse { Exit = exit };
            }
        }

        throw new GrpcException(StatusCode.Internal, "the daemon ended the run without an exit code");
    }
}
