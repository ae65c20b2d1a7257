using System.Net.Sockets;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Dispatch.Groups;
using PortableVirt.Dispatch.Hosting;
using PortableVirt.Dispatch.Native;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Server.Listeners;
using PortableVirt.Protocol.Sockets;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Vms;

/// <summary>Starts VM-apps: under the user's ids, with what they inherit, /dev/kvm and the socket of the manager channel, and nothing else.</summary>
internal sealed class VmLauncher(DaemonOptions daemon, VmSockets sockets, ControlGroups groups, HandedSocketEndPoint channels, ILogger<VmLauncher> logger)
{
    private static readonly string[] Environment = ["PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8"];

    /// <summary>Makes sure that this daemon may start VMs for a user.</summary>
    /// <exception cref="GrpcException">FailedPrecondition: it may not.</exception>
    public static void CheckUser(uint userId)
    {
        uint own = NativeProcess.GetEUid();
        if (own != 0 && own != userId)
        {
            throw new GrpcException(StatusCode.FailedPrecondition, "this daemon does not run as root and starts VMs for its own user only");
        }
    }

    /// <summary>Starts a run of a VM.</summary>
    /// <exception cref="GrpcException">FailedPrecondition: it cannot be started.</exception>
    public VmRun Launch(VmInstance vm, VmInheritance inherited)
    {
        InspectVmResponse details = vm.Inspect();
        using SafeFileHandle kvm = KvmDescriptor.Open();
        string group = groups.Make(vm.Id, details.Limits);
        KeepToLoopback(vm, details.Options.Network, group);
        WatchedProcess? process = null;
        try
        {
            using (SafeFileHandle listener = sockets.Listen(vm.Id))
            {
                using SafeFileHandle launch = MakeLaunchFile(
                    new VmLaunch
                    {
                        VmId = vm.Id,
                        Options = details.Options,
                        Attached = vm.Origin == VmOrigin.Attached,
                        Package = inherited.Package is not null,
                        PackageSource = inherited.Package?.SourcePath ?? "",
                        ControlGroup = Path.GetFileName(group),
                    });
                UserIdentity user = vm.Identity;
                string userGroups = user.Groups.Count == 0 ? "-" : string.Join(',', user.Groups);
                process = ProcessStarter.Start(
                    daemon.VmAppPath,
                    ["portablevirt-vmapp", VmDescriptors.EnterArgument, $"{user.UserId}", $"{user.GroupId}", userGroups, inherited.FileModeMask],
                    Environment,
                    [inherited.StdIn, inherited.StdOut, inherited.StdErr, listener, launch, kvm, inherited.WorkingFolder, .. inherited.Package is { } package ? [package.File] : (SafeFileHandle[])[]]);
            }

            if (group.Length > 0)
            {
                ControlGroups.Add(group, process.ProcessId);
            }

            VmRun run = new(process, DateTime.UtcNow);
            vm.BeginRun(run, sockets.PathOf(vm.Id), group);
            Connect(vm, run);
            return run;
        }
        catch (IOException e)
        {
            process?.Kill();
            _ = process?.Wait();
            process?.Dispose();
            Clean(vm.Id, group);
            throw new GrpcException(StatusCode.FailedPrecondition, $"the VM-app cannot be started: {e.Message}", e);
        }
    }

    /// <summary>Opens the manager channel of a run.</summary>
    /// <returns>False when its VM-app does not listen.</returns>
    public bool Connect(VmInstance vm, VmRun run)
    {
        if (sockets.TryConnect(vm.Id) is not { } socket)
        {
            return false;
        }

        channels.Hand(socket, new VmConnection(vm, run));
        return true;
    }

    /// <summary>Removes what was made for a run.</summary>
    public void Clean(string vmId, string group)
    {
        sockets.Remove(vmId);
        if (group.Length > 0)
        {
            ControlGroups.Remove(group);
        }
    }

    /// <summary>Before the group has a process: the rule is for all packets of its sockets.</summary>
    private void KeepToLoopback(VmInstance vm, NetworkMode network, string group)
    {
        if (group.Length == 0 || network != NetworkMode.Loopback)
        {
            return;
        }

        try
        {
            groups.Loopback.Attach(group);
        }
        catch (IOException e)
        {
            // As where there are no groups: the executive keeps its program to loopback addresses.
            logger.LogWarning("VM {Vm}: the kernel does not keep its sockets to loopback addresses: {Problem}", vm.Id, e.Message);
        }
    }

    private static SafeFileHandle MakeLaunchFile(VmLaunch launch)
    {
        SafeFileHandle file = NativeFile.MemFdCreate("launch", NativeFile.MfdCloExec | NativeFile.MfdAllowSealing);
        if (file.IsInvalid)
        {
            int error = Marshal.GetLastPInvokeError();
            file.Dispose();
            throw NativeCall.Failed("memfd_create", error);
        }

        RandomAccess.Write(file, launch.ToByteArray(), 0);
        NativeCall.Check(NativeFile.FCntl(file, NativeFile.FAddSeals, NativeFile.SealAll), "F_ADD_SEALS");
        return file;
    }
}
