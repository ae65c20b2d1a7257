using System.Globalization;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Dispatch.Native;
using PortableVirt.Dispatch.Packages;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Server.Peers;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Vms;

/// <summary>Takes a caller's descriptors out of its process. The daemon could take any process's, so it first makes sure, and makes
/// sure again afterwards, that the process that connected still has the ids it connected with and is open to its own user: a program
/// with more rights, started in that process meanwhile, is not (PR_SET_DUMPABLE in prctl(2): /proc files then belong to root).</summary>
internal static class CallerProcess
{
    private const int StatxUidWord = 5;

    /// <summary>What an attached run inherits: the caller's standard descriptors (/dev/null for those it has not got), working folder and
    /// file mode mask.</summary>
    /// <param name="peer">The caller.</param>
    /// <param name="numbers">The descriptors' numbers.</param>
    /// <param name="openPackage">Opens the package to be run; null: none is.</param>
    /// <exception cref="GrpcException">FailedPrecondition: the process is gone or has changed; InvalidArgument: no working folder.</exception>
    public static VmInheritance TakeRun(PeerCredentials peer, CallerDescriptors numbers, Func<OpenPackage>? openPackage)
    {
        string fileModeMask = Verify(peer);
        VmInheritance taken = new(
            TakeStandard(peer, numbers.StdIn),
            TakeStandard(peer, numbers.StdOut),
            TakeStandard(peer, numbers.StdErr),
            NativeProcess.PidFdGetFd(peer.PidFd, numbers.WorkingFolder),
            openPackage?.Invoke(),
            fileModeMask);
        try
        {
            Verify(peer);
            return taken.WorkingFolder.IsInvalid
                ? throw new GrpcException(StatusCode.InvalidArgument, "the working folder's descriptor is not open in the calling process")
                : taken;
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>One descriptor, and the caller's file mode mask in octal.</summary>
    /// <param name="peer">The caller.</param>
    /// <param name="number">The descriptor's number.</param>
    /// <param name="what">What it is to be, for the message.</param>
    /// <exception cref="GrpcException">FailedPrecondition: the process is gone or has changed; InvalidArgument: it has no such descriptor.</exception>
    public static (SafeFileHandle Descriptor, string FileModeMask) TakeOne(PeerCredentials peer, int number, string what)
    {
        string fileModeMask = Verify(peer);
        SafeFileHandle taken = NativeProcess.PidFdGetFd(peer.PidFd, number);
        try
        {
            Verify(peer);
            return taken.IsInvalid
                ? throw new GrpcException(StatusCode.InvalidArgument, $"the {what}'s descriptor is not open in the calling process")
                : (taken, fileModeMask);
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    private static SafeFileHandle TakeStandard(PeerCredentials peer, int number)
    {
        SafeFileHandle? taken = number < 0 ? null : NativeProcess.PidFdGetFd(peer.PidFd, number);
        if (taken is { IsInvalid: false })
        {
            return taken;
        }

        taken?.Dispose();
        return File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
    }

    /// <summary>The process's file mode mask.</summary>
    private static string Verify(PeerCredentials peer) => ReadUnchanged(peer)
        ?? throw new GrpcException(StatusCode.FailedPrecondition, "the calling process has ended or runs with other rights than it connected with");

    private static string? ReadUnchanged(PeerCredentials peer)
    {
        try
        {
            string fdInfo = File.ReadAllText($"/proc/self/fdinfo/{peer.PidFd.DangerousGetHandle()}");
            int processId = int.Parse(Field(fdInfo, "Pid:"), CultureInfo.InvariantCulture);
            if (processId <= 0)
            {
                return null;
            }

            string status = File.ReadAllText($"/proc/{processId}/status");
            return HasOnly(Field(status, "Uid:"), peer.UserId)
                && HasOnly(Field(status, "Gid:"), peer.GroupId)
                && Owner($"/proc/{processId}/stat") == peer.UserId
                    ? Field(status, "Umask:")
                    : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    private static string Field(string text, string name)
    {
        foreach (string line in text.Split('\n'))
        {
            if (line.StartsWith(name, StringComparison.Ordinal))
            {
                return line[name.Length..].Trim();
            }
        }

        throw new FormatException($"no {name}");
    }

    private static bool HasOnly(string ids, uint id) =>
        ids.Split('\t').All(word => word == id.ToString(CultureInfo.InvariantCulture));

    private static uint Owner(string path)
    {
        Span<uint> statx = stackalloc uint[64];
        NativeCall.Check(NativeFile.StatX(NativeFile.AtFdCwd, path, 0, NativeFile.StatxUid, statx), "statx");
        return statx[StatxUidWord];
    }
}
