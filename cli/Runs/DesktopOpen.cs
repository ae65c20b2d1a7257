using System.Runtime.InteropServices;
using PortableVirt.Cli.Hosts;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Runs;

/// <summary>Opens a program for the desktop: through the session's agent, or, where none answers, in an agent of its own for this one start.</summary>
internal static class DesktopOpen
{
    /// <summary>The option of "pvctl open".</summary>
    public const string Option = "--desktop";

    /// <summary>Making a package of a large program takes its time.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromHours(1);

    /// <summary>Opens it.</summary>
    /// <param name="operands">The program and its documents.</param>
    /// <returns>0 when it was started.</returns>
    /// <exception cref="HostException">There is no agent.</exception>
    public static async Task<int> RunAsync(IReadOnlyList<string> operands)
    {
        using GrpcChannel? channel = AgentConnection.TryOpen();
        if (channel is null)
        {
            return RunAgent(operands);
        }
        OpenRequest request = new() { Path = operands[0], WorkingFolder = Directory.GetCurrentDirectory() };
        request.Arguments.AddRange(operands.Skip(1));
        foreach (KeyValuePair<string, string> variable in RunOptions.CurrentEnvironment())
        {
            request.Environment[variable.Key] = variable.Value;
        }
        OpenResponse response = await channel.UnaryCallAsync(AgentMethods.Open, request, new CallOptions(s_limit)).ConfigureAwait(false);
        if (response.Failure.Length != 0)
        {
            await Console.Error.WriteLineAsync("pvctl: " + response.Failure).ConfigureAwait(false);
        }
        return response.ExitCode;
    }

    private static int RunAgent(IReadOnlyList<string> operands)
    {
        string agent = AgentConnection.FindProgram()
            ?? throw new HostException($"the agent is not installed: {AgentConnection.Program} is neither beside pvctl nor in {AgentConnection.InstalledFolder}; install it, or use pvctl open without {Option}");
        string?[] environment = [.. RunOptions.CurrentEnvironment().Select(v => $"{v.Key}={v.Value}"), null];
        NativeProcess.ExecVe(agent, [agent, "--open", .. operands, null], environment);
        throw new HostException($"{agent} cannot be started: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
    }
}
