using PortableVirt.Protocol.V1;
using PortableVirt.VmApp.Core;

namespace PortableVirt.Cli.Runs;

/// <summary>The protocol's form of launch options.</summary>
internal static class LaunchMessage
{
    public static Protocol.V1.LaunchOptions Of(VmApp.Core.LaunchOptions options)
    {
        Protocol.V1.LaunchOptions message = new()
        {
            ProgramPath = options.ProgramPath,
            WorkingFolder = options.WorkingFolder,
            Private = options.Private,
            SystemLibraryFolder = options.SystemLibraryFolder ?? "",
            DataFolder = options.DataFolder ?? "",
            CrashReportFile = options.CrashReportFile ?? "",
            Trace = options.Trace,
            Stats = options.Stats,
            Network = options.Network switch
            {
                VmApp.Core.NetworkMode.Loopback => Protocol.V1.NetworkMode.Loopback,
                VmApp.Core.NetworkMode.Host => Protocol.V1.NetworkMode.Host,
                _ => Protocol.V1.NetworkMode.None,
            },
        };
        message.Arguments.AddRange(options.Arguments);
        foreach (KeyValuePair<string, string> variable in options.Environment)
        {
            message.Environment.Add(variable.Key, variable.Value);
        }

        foreach (VmApp.Core.Grant grant in options.Grants)
        {
            message.Grants.Add(new Protocol.V1.Grant { Path = grant.Path, ReadOnly = grant.ReadOnly });
        }

        return message;
    }

    public static ConsoleControl Of(CtrlKind kind) => kind switch
    {
        CtrlKind.Break => ConsoleControl.Break,
        CtrlKind.Close => ConsoleControl.Close,
        CtrlKind.SuspendTerminal => ConsoleControl.SuspendTerminal,
        CtrlKind.ResumeTerminal => ConsoleControl.ResumeTerminal,
        _ => ConsoleControl.C,
    };
}
