using System.Runtime.InteropServices;
using PortableVirt.Cell;
using PortableVirt.Protocol.Sockets;
using PortableVirt.VirtualLayer.Files;
using PortableVirt.VmApp.Core;

namespace PortableVirt.VmApp.Stages;

/// <summary>
/// The namespaces of a VM-app under a daemon with root's rights: IPC and host name of its own, no network where the program has none, and a file tree that
/// holds what the run was granted and the VM-app needs, at its usual places, and nothing else. Every path is opened with the caller's rights, since root's
/// would open what the caller may not reach.
/// </summary>
internal static class RunNamespaces
{
    private const int NotPermitted = 1;
    private const string Stage = "/tmp";
    private const uint Everybody = 0x1ED;
    private const uint OwnerOnly = 0x1C0;
    private static readonly string[] _devices = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"];

    /// <summary>Enters them on the calling thread, which is to execute the next stage.</summary>
    /// <param name="options">The run.</param>
    /// <param name="isPackage">The program is a registered package's: its changes go to the user's own folder.</param>
    /// <param name="program">Absolute path of the VM-app, which stays where it is.</param>
    /// <param name="user">The caller's id.</param>
    /// <param name="group">The caller's group.</param>
    /// <returns>What failed, or null. Without the right to make namespaces the VM-app runs without.</returns>
    public static string? Enter(LaunchOptions options, bool isPackage, string program, uint user, uint group)
    {
        int namespaces = NativeMount.NewMounts | NativeMount.NewIpc | NativeMount.NewHostName | (options.Network == NetworkMode.None ? NativeMount.NewNetwork : 0);
        if (NativeMount.Unshare(namespaces) != 0)
        {
            return Marshal.GetLastPInvokeError() == NotPermitted ? null : "unshare";
        }
        if (NativeMount.Mount("none", "/", null, NativeMount.Slave | NativeMount.Recursive, null) != 0)
        {
            return "mount of /";
        }
        List<TreePart>? parts = Open(options, isPackage, program, user, group);
        if (parts is null)
        {
            // The root folder itself is granted: there is nothing to leave out.
            return null;
        }
        string? failed = Build(parts);
        if (failed is not null)
        {
            return failed;
        }
        // A folder that was opened before would lead out of the new root by "..".
        int folder = NativeMount.Open(options.WorkingFolder, NativeMount.OpenPath | NativeMount.OpenFolder);
        folder = folder >= 0 ? folder : NativeMount.Open("/", NativeMount.OpenPath | NativeMount.OpenFolder);
        if (folder < 0 || NativeMount.Duplicate(folder, VmDescriptors.WorkingFolder) < 0)
        {
            return "dup2";
        }
        _ = NativeProcess.Close(folder);
        return null;
    }

    /// <summary>Where a user's VM-apps keep what goes with a run.</summary>
    public static string TemporaryFolder(uint user) => $"/tmp/portablevirt-{user}";

    /// <summary>Opens all parts of the tree with the caller's rights; null where the root is one of them.</summary>
    private static List<TreePart>? Open(LaunchOptions options, bool isPackage, string program, uint user, uint group)
    {
        string temporary = TemporaryFolder(user);
        List<TreePart> parts = [];
        _ = NativeMount.SetFileGroup(group);
        _ = NativeMount.SetFileUser(user);
        try
        {
            _ = NativeMount.MakeFolder(temporary, OwnerOnly);
            MakeFolders(options.DataFolder);
            if (options.CrashReportFile is { } report)
            {
                _ = NativeProcess.Close(NativeMount.Open(report, NativeMount.OpenWriteCreate, 0x1B6));
            }
            IReadOnlyList<FileGrant> grants = isPackage ? RunPaths.PackageGrants(options) : RunPaths.Grants(options, RunPaths.Program(options));
            if (isPackage && UserFolder(options.Environment) is { } own)
            {
                MakeFolders(own);
                Add(parts, own, CellPathUse.Change, isGrant: true);
            }
            foreach (FileGrant grant in grants)
            {
                Add(parts, grant.Path, grant.ReadOnly ? CellPathUse.Read : CellPathUse.Change, isGrant: true);
            }
            if (parts.Exists(p => p.Path == "/"))
            {
                return null;
            }
            if (!options.Private && options.Environment.TryGetValue("XDG_RUNTIME_DIR", out string? session) && session.StartsWith('/'))
            {
                string clipboard = Path.Combine(session, "portablevirt");
                _ = NativeMount.MakeFolder(clipboard, OwnerOnly);
                Add(parts, clipboard, CellPathUse.Change, isGrant: true);
            }
            Add(parts, temporary, CellPathUse.Change, isGrant: true, owner: user);
            foreach (CellPath path in RunPaths.Own(options).Append(new CellPath(Path.GetDirectoryName(program)!, CellPathUse.Read)))
            {
                if (!_devices.Contains(path.Path))
                {
                    Add(parts, path.Path, path.Use, isGrant: path.Use != CellPathUse.Read);
                }
            }
        }
        finally
        {
            _ = NativeMount.SetFileUser(0);
            _ = NativeMount.SetFileGroup(0);
        }
        return [.. parts.OrderBy(p => p.Path.Length)];
    }

    private static void Add(List<TreePart> parts, string path, CellPathUse use, bool isGrant, uint? owner = null)
    {
        if (TreePart.TryOpen(path, use, isGrant, owner) is { } part)
        {
            parts.Add(part);
        }
    }

    private static string? Build(List<TreePart> parts)
    {
        if (NativeMount.Mount("tmpfs", Stage, "tmpfs", NativeMount.NoSetUid | NativeMount.NoDevices, "mode=755,size=1m,nr_inodes=4k") != 0)
        {
            return "mount of tmpfs";
        }
        foreach (TreePart part in parts)
        {
            // What the VM-app needs is mounted again below a grant, from which nothing can be executed; the grant's right to change stays.
            TreePart? above = part.IsGrant ? null : parts.FindLast(p => part.Path.StartsWith(p.Path + "/", StringComparison.Ordinal) || (p.IsGrant && p.Path == part.Path));
            if (above is not { IsGrant: false } && part.MountBelow(Stage, isChangeable: above?.Use == CellPathUse.Change) is { } failed)
            {
                return $"{failed} of {part.Path}";
            }
        }
        foreach (string device in _devices)
        {
            if (TreePart.TryOpen(device, CellPathUse.Write, isGrant: true) is { } part && part.MountDeviceBelow(Stage) is { } failed)
            {
                return $"{failed} of {device}";
            }
        }
        // Of other processes not even the names are there, where the kernel can hide them (Linux 5.8).
        TreePart.MakeFolderBelow(Stage, "/proc");
        nuint flags = NativeMount.NoSetUid | NativeMount.NoDevices | NativeMount.NoExecution;
        if (NativeMount.Mount("proc", Stage + "/proc", "proc", flags, "hidepid=4") != 0
            && NativeMount.Mount("/proc", Stage + "/proc", null, NativeMount.Bind | NativeMount.Recursive, null) != 0)
        {
            return "mount of /proc";
        }
        return NativeMount.ChangeFolder(Stage) != 0 ? "chdir"
            : NativeMount.PivotHere() != 0 ? "pivot_root"
            : NativeMount.Unmount(".", NativeMount.Detach) != 0 ? "umount of the old root"
            : NativeMount.ChangeFolder("/") != 0 ? "chdir"
            : null;
    }

    /// <summary>The user's folder of packed programs' changes, as <see cref="Packages.PackageRun"/> finds it.</summary>
    private static string? UserFolder(IReadOnlyDictionary<string, string> environment) =>
        environment.TryGetValue("XDG_DATA_HOME", out string? data) && data.StartsWith('/') ? data + "/portablevirt"
            : environment.TryGetValue("HOME", out string? home) && home.StartsWith('/') ? home + "/.local/share/portablevirt"
            : null;

    private static void MakeFolders(string? path)
    {
        for (int cut = 0; path is not null && cut >= 0;)
        {
            cut = path.IndexOf('/', cut + 1);
            _ = NativeMount.MakeFolder(cut < 0 ? path : path[..cut], Everybody);
        }
    }
}
