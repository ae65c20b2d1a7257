using System.Collections;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Agent.Bus;
using PortableVirt.Agent.Opening;
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

    /// <summary>Opens a program as a double-click does.</summary>
    public static async Task<OpenResponse> OpenAsync(OpenRequest request, ServerCallContext context)
    {
        if (request.Path.Length == 0)
        {
            throw new GrpcException(StatusCode.InvalidArgument, "an opening needs the path of a program");
        }
        (OpenResponse response, Task end) = await Opener.OpenAsync(request, context.CancellationToken).ConfigureAwait(false);
        _ = TellAsync(end);
        return response;
    }

    /// <summary>Tells about the agent.</summary>
    public static Task<GetAgentInfoResponse> GetAgentInfoAsync(GetAgentInfoRequest request, ServerCallContext context)
    {
        GetAgentInfoResponse response = new() { Version = AgentHost.Version, AgentPid = Environment.ProcessId };
        response.ExeFiles.AddRange(UserExeFiles.Find()?.Present ?? []);
        return Task.FromResult(response);
    }

    /// <summary>Nobody waits for the end of an opened program; what went wrong then is in the log.</summary>
    private static async Task TellAsync(Task end)
    {
        try
        {
            await end.ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception or BusException or JsonException)
        {
            await Console.Error.WriteLineAsync($"the end of an opened program could not be told: {e.Message}").ConfigureAwait(false);
        }
    }
}
