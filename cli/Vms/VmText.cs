using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Vms;

/// <summary>What the daemon tells of VMs, in words.</summary>
internal static class VmText
{
    private const int MaxProgram = 120;

    /// <summary>A state, as in JSON and tables.</summary>
    public static string Of(VmState state) => state switch
    {
        VmState.Starting => "starting",
        VmState.Running => "running",
        VmState.Stopping => "stopping",
        VmState.Paused => "paused",
        VmState.Restarting => "restarting",
        VmState.Ended => "ended",
        VmState.Failed => "failed",
        _ => "unknown",
    };

    /// <summary>How a VM came to be.</summary>
    public static string Of(VmOrigin origin) => origin switch
    {
        VmOrigin.Attached => "run",
        VmOrigin.Detached => "start",
        _ => "unknown",
    };

    /// <summary>When a VM is started again.</summary>
    public static string Of(RestartMode mode) => mode switch
    {
        RestartMode.OnFailure => "on-failure",
        RestartMode.Always => "always",
        _ => "never",
    };

    /// <summary>The command line of a VM's program: of a registered package its name.</summary>
    public static string Program(Vm vm) => string.Join(' ', [vm.Package.Length != 0 ? vm.Package : vm.ProgramPath, .. vm.Arguments]);

    /// <summary>The same, cut for tables.</summary>
    public static string ShortProgram(Vm vm) => Program(vm) is { Length: > MaxProgram } text ? text[..(MaxProgram - 3)] + "..." : Program(vm);

    /// <summary>A moment in the user's time zone; "-" for none.</summary>
    public static string Of(Timestamp? time) => time is null ? "-" : time.ToDateTime().ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>How a run ended, in words.</summary>
    public static string Of(RunExit exit) =>
        exit.Failure.Length != 0 ? exit.Failure
        : exit.GuestException ? string.Create(CultureInfo.InvariantCulture, $"exception 0x{exit.NtStatus:x8}")
        : string.Create(CultureInfo.InvariantCulture, $"exit code {exit.ExitCode}");
}
