using PortableVirt.Appliance.Format;
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

        bool help = words[0] is "-h" or "--help" or "help";
        if (help && words.Length == 1)
        {
            await Console.Out.WriteAsync(Help.Overview()).ConfigureAwait(false);
            return 0;
        }

        string name = help ? words[1] : words[0] == "--version" ? "version" : words[0];
        Verb? verb = VerbTable.Find(name);
        bool json = verb?.Options.Contains(Option.Json) != false && words.Skip(1).TakeWhile(w => w != "--").Contains(Option.Json.Name);
        if (verb is null)
        {
            string near = Suggestion.For(name, VerbTable.All.Select(v => v.Name));
            return await FailAsync($"there is no verb {name}{near}; \"pvctl --help\" lists them", ExitCodes.Failed, json).ConfigureAwait(false);
        }

        try
        {
            Arguments arguments = Arguments.Parse(verb.Options, help ? [] : words.AsSpan(1), verb.OptionsFirst);
            if (help || arguments.Help)
            {
                await Console.Out.WriteAsync(Help.Of(verb)).ConfigureAwait(false);
                return 0;
            }

            json = arguments.Has(Option.Json.Name);
            return await verb.RunAsync(arguments).ConfigureAwait(false);
        }
        catch (Exception e) when (Explain(e, verb) is { } failure)
        {
            return await FailAsync(failure.Text, failure.ExitCode, json).ConfigureAwait(false);
        }
    }

    /// <summary>What an exception means for the user; null for a defect.</summary>
    private static (string Text, int ExitCode)? Explain(Exception e, Verb verb) => e switch
    {
        UsageException => ($"{e.Message}; see \"pvctl {verb.Name} --help\"", verb.FailureCode),
        FailedException failed => (failed.Message, failed.ExitCode),
        HostException or PackageException or IOException or UnauthorizedAccessException => (e.Message, verb.FailureCode),
        GrpcException grpc => (DaemonConnection.Explain(grpc), verb.FailureCode),
        _ => null,
    };

    private static async Task<int> FailAsync(string text, int exitCode, bool json)
    {
        await Console.Error.WriteLineAsync("pvctl: " + text).ConfigureAwait(false);
        if (json)
        {
            await Console.Out.WriteAsync(Json.Error(text, exitCode)).ConfigureAwait(false);
        }
        return exitCode;
    }
}
