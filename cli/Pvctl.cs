using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Output;
using PortableVirt.Cli.Verbs;
using PortableVirt.Protocol.Grpc;
using PortableVirt.VmApp.Core;

namespace PortableVirt.Cli;

/// <summary>The program: finds the verb, runs it, and tells failures in one line.</summary>
public static class Pvctl
{
    /// <summary>Runs one command line.</summary>
    /// <returns>Exit code.</returns>
    public static async Task<int> RunAsync(string[] words)
    {
        if (words.Length == 0)
        {
            await Console.Error.WriteAsync(Help.Overview()).ConfigureAwait(false);
            return ExitCodes.Failed;
        }

        if (words[0] is "-h" or "--help" or "help")
        {
            Verb? subject = words.Length > 1 ? VerbTable.Find(words[1]) : null;
            await Console.Out.WriteAsync(subject is null ? Help.Overview() : Help.Of(subject)).ConfigureAwait(false);
            return 0;
        }

        Verb? verb = VerbTable.Find(words[0] == "--version" ? "version" : words[0]);
        if (verb is null)
        {
            await Console.Error.WriteLineAsync($"pvctl: there is no verb {words[0]}; \"pvctl --help\" lists them").ConfigureAwait(false);
            return ExitCodes.Failed;
        }

        try
        {
            Arguments arguments = Arguments.Parse(verb.Options, words.AsSpan(1), verb.OptionsFirst);
            if (arguments.Help)
            {
                await Console.Out.WriteAsync(Help.Of(verb)).ConfigureAwait(false);
                return 0;
            }

            return await verb.RunAsync(arguments).ConfigureAwait(false);
        }
        catch (UsageException e)
        {
            await Console.Error.WriteLineAsync($"pvctl: {e.Message}; see \"pvctl {verb.Name} --help\"").ConfigureAwait(false);
        }
        catch (Exception e) when (e is HostException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync("pvctl: " + e.Message).ConfigureAwait(false);
        }
        catch (GrpcException e)
        {
            await Console.Error.WriteLineAsync("pvctl: " + DaemonConnection.Explain(e)).ConfigureAwait(false);
        }

        return verb.FailureCode;
    }
}
