using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Dispatch.Logs;
using PortableVirt.Dispatch.Native;
using PortableVirt.Dispatch.Packages;

namespace PortableVirt.Dispatch.Vms;

/// <summary>What a VM without a caller inherits: no input, its log for output, and its working folder.</summary>
internal sealed class DetachedInheritance(VmLog logs, PackageRegistry packages)
{
    /// <summary>Makes it.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="workingFolder">Its working folder, which is then the result's; null: it is opened with the user's rights.</param>
    /// <exception cref="IOException">The folder cannot be opened.</exception>
    /// <exception cref="Protocol.Grpc.GrpcException">The package is not registered any more.</exception>
    public VmInheritance Make(VmInstance vm, SafeFileHandle? workingFolder = null)
    {
        SafeFileHandle folder = workingFolder ?? UserRights.Run(vm.Identity, () => OpenFolder(vm.Inspect().Options.WorkingFolder));
        try
        {
            return new VmInheritance(
                File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Read, FileShare.ReadWrite),
                logs.OpenForVm(vm.Id),
                logs.OpenForVm(vm.Id),
                folder,
                vm.PackageId.Length > 0 ? packages.Open(vm.PackageId) : null,
                vm.FileModeMask);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    private static SafeFileHandle OpenFolder(string path)
    {
        SafeFileHandle folder = NativeFile.Open(path, NativeFile.OPath | NativeFile.ODirectory | NativeFile.OCloExec, 0);
        if (folder.IsInvalid)
        {
            int error = Marshal.GetLastPInvokeError();
            folder.Dispose();
            throw NativeCall.Failed($"the working folder {path} cannot be opened", error);
        }

        return folder;
    }
}
