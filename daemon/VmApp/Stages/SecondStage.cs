using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Appliance.Format;
using PortableVirt.Protocol.Sockets;
using PortableVirt.Protocol.V1;
using PortableVirt.VmApp.Channels;
using PortableVirt.VmApp.Core;
using PortableVirt.VmApp.Packages;
using LaunchOptions = PortableVirt.VmApp.Core.LaunchOptions;

namespace PortableVirt.VmApp.Stages;

/// <summary>The VM-app proper: runs the program in this process, under the caller's ids, and keeps the manager channel.</summary>
internal static class SecondStage
{
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(2);
    private static readonly RunCell _cell = new() { IsUnderDaemon = true, KeptDescriptors = [VmDescriptors.Channel] };

    /// <summary>Version of this build, as 1.2.3.</summary>
    public static string Version { get; } = typeof(SecondStage).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    public static async Task<int> RunAsync()
    {
        // Other processes of the same user must not read guest memory or take the KVM descriptor (ptrace(2), PR_SET_DUMPABLE).
        NativeProcess.PrCtl(NativeProcess.PrSetDumpable, 0, 0, 0, 0);
        NativeProcess.PrCtl(NativeProcess.PrSetName, "portablevirt-vm", 0, 0, 0);

        VmLaunch launch;
        PackageRun? package = null;
        LaunchOptions options;
        Socket listener;
        try
        {
            listener = new Socket(new SafeSocketHandle(VmDescriptors.Channel, ownsHandle: true));
            launch = LaunchFile.Read(VmDescriptors.Launch);
            options = LaunchFile.ToOptions(launch.Options) with
            {
                Cell = launch.ControlGroup.Length == 0 ? _cell : _cell with { ControlGroup = launch.ControlGroup },
            };
            package = launch.Package ? PackageRun.Open(VmDescriptors.Package, launch.PackageSource, options) : null;
            options = package?.Options ?? options;
        }
        catch (Exception e) when (e is SocketException or IOException or InvalidDataException or PackageException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"pvctl: the VM-app was started without what it needs: {e.Message}").ConfigureAwait(false);
            return ExitCodes.Failed;
        }

        VmRunner? runner = null;
        ManagerChannel channel = ManagerChannel.Open(listener, launch.Attached, lost: () =>
        {
            Volatile.Read(ref runner)?.Stop();
            Thread.Sleep(StopTime);
            NativeProcess.Exit(ExitCodes.Failed);
        });
        using MachineStart machine = MachineStart.Begin(() => new SafeFileHandle(VmDescriptors.Kvm, ownsHandle: true));
        package?.TellUnseen(channel.Unseen);
        Volatile.Write(ref runner, new VmRunner(options, machine, channel));
        channel.Control(runner);
        int folder = NativeProcess.FChDir(VmDescriptors.WorkingFolder);
        string reason = Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
        NativeProcess.Close(VmDescriptors.WorkingFolder);
        VmExit exit = folder == 0
            ? runner.Run()
            : new VmExit(ExitCodes.Failed, $"the working folder {options.WorkingFolder} cannot be entered: {reason}", false, 0);
        foreach (string line in package?.Unseen ?? [])
        {
            await Console.Error.WriteLineAsync($"pvctl: {line}").ConfigureAwait(false);
        }

        package?.Dispose();
        await channel.FinishAsync(exit).ConfigureAwait(false);
        return exit.ExitCode;
    }
}
