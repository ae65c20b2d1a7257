using System.Net.Sockets;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Dispatch.Hosting;
using PortableVirt.Dispatch.Native;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Server.Listeners;
using PortableVirt.Protocol.Server.Peers;
using PortableVirt.Protocol.Sockets;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Vms;

/// <summary>Starts VM-apps: under the caller's ids, with the caller's descriptors, /dev/kvm and a manager channel, and nothing else.</summary>
internal sealed class VmLauncher(DaemonOptions daemon, HandedSocketEndPoint channels)
{
    private static readonly string[] Environment = ["PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8"];

    /// <summary>Starts one.</summary>
    /// <exception cref="GrpcException">It cannot be started.</exception>
    public VmInstance Launch(PeerCredentials peer, RunStart start)
    {
        uint own = NativeProcess.GetEUid();
        if (own != 0 && own != peer.UserId)
        {
            throw new GrpcException(StatusCode.FailedPrecondition, "this daemon does not run as root and starts VMs for its own user only");
        }

        using CallerInheritance caller = CallerProcess.Take(peer, start.Descriptors);
        using SafeFileHandle kvm = OpenKvm();
        (Socket ours, SafeFileHandle theirs) = MakeChannel();
        try
        {
            using (theirs)
            {
                using SafeFileHandle launch = MakeLaunchFile(start.Options);
                string groups = peer.Groups.Count == 0 ? "-" : string.Join(',', peer.Groups);
                ChildProcess process = ChildProcess.Start(
                    daemon.VmAppPath,
                    ["portablevirt-vmapp", VmDescriptors.EnterArgument, $"{peer.UserId}", $"{peer.GroupId}", groups, caller.FileModeMask],
                    Environment,
                    [caller.StdIn, caller.StdOut, caller.StdErr, theirs, launch, kvm, caller.WorkingFolder]);
                VmInstance vm = new(Guid.NewGuid().ToString("N")[..8], peer.UserId, process, start.Options);
                channels.Hand(ours, vm);
                return vm;
            }
        }
        catch (IOException e)
        {
            ours.Dispose();
            throw new GrpcException(StatusCode.FailedPrecondition, $"the VM-app cannot be started: {e.Message}");
        }
    }

    private static SafeFileHandle OpenKvm()
    {
        try
        {
            return File.OpenHandle("/dev/kvm", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GrpcException(
                StatusCode.FailedPrecondition, $"the daemon cannot open /dev/kvm ({e.Message}): switch on virtualization in the firmware and load kvm_intel or kvm_amd");
        }
    }

    private static (Socket Ours, SafeFileHandle Theirs) MakeChannel()
    {
        Span<int> pair = stackalloc int[2];
        NativeCall.Check(NativeFile.SocketPair(NativeFile.AfUnix, NativeFile.SockStreamCloExec, 0, pair), "socketpair");
        return (new Socket(new SafeSocketHandle(pair[0], ownsHandle: true)), new SafeFileHandle(pair[1], ownsHandle: true));
    }

    private static SafeFileHandle MakeLaunchFile(LaunchOptions options)
    {
        SafeFileHandle file = NativeFile.MemFdCreate("launch", NativeFile.MfdCloExec | NativeFile.MfdAllowSealing);
        if (file.IsInvalid)
        {
            int error = Marshal.GetLastPInvokeError();
            file.Dispose();
            throw NativeCall.Failed("memfd_create", error);
        }

        RandomAccess.Write(file, options.ToByteArray(), 0);
        NativeCall.Check(NativeFile.FCntl(file, NativeFile.FAddSeals, NativeFile.SealAll), "F_ADD_SEALS");
        return file;
    }
}
