using System.Runtime.InteropServices;
using PortableVirt.Cell;

namespace PortableVirt.VmApp.Stages;

/// <summary>A path of the host that a VM-app's file tree holds.</summary>
/// <param name="Descriptor">It, opened with the caller's rights.</param>
/// <param name="Path">Its path without symbolic links.</param>
/// <param name="Name">The path that it was asked for by; where it differs, a symbolic link leads from there.</param>
/// <param name="Use">Whether it can be changed.</param>
/// <param name="IsGrant">It is mounted even where a part above shows it too.</param>
internal sealed record TreePart(int Descriptor, string Path, string Name, CellPathUse Use, bool IsGrant)
{
    private const uint Everybody = 0x1ED;
    private const uint GroupAndOthersWrite = 0x12;
    private const uint FolderKind = 0x4000;
    private const uint KindMask = 0xF000;

    /// <summary>Opens a path; null where it is not there, may not be reached, or belongs to the kernel's own trees.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="use">Whether it can be changed.</param>
    /// <param name="isGrant">See there.</param>
    /// <param name="owner">Not null: it must be this user's folder, which nobody else can write to.</param>
    public static TreePart? TryOpen(string path, CellPathUse use, bool isGrant, uint? owner = null)
    {
        int flags = NativeMount.OpenPath | NativeMount.OpenCloseOnExec | (owner is null ? 0 : NativeMount.OpenFolder | NativeMount.OpenNoLink);
        int descriptor = path.StartsWith("/proc/", StringComparison.Ordinal) || path == "/proc" ? -1 : NativeMount.Open(path, flags);
        if (descriptor < 0)
        {
            return null;
        }
        string source = File.ResolveLinkTarget($"/proc/self/fd/{descriptor}", false)?.FullName ?? "";
        bool isOwned = owner is not { } user || IsOwned(descriptor, user);
        if (!isOwned || !source.StartsWith('/') || source.StartsWith("/proc/", StringComparison.Ordinal))
        {
            _ = NativeProcess.Close(descriptor);
            return null;
        }
        return new TreePart(descriptor, source, path, use, isGrant);
    }

    /// <summary>Mounts it in a tree; what failed, or null.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="isChangeable">True: it can be changed even where its use is reading.</param>
    public string? MountBelow(string root, bool isChangeable)
    {
        ulong attributes = NativeMount.AttributeNoSetUid | NativeMount.AttributeNoDevices
            | (IsGrant ? NativeMount.AttributeNoExecution : 0) | (Use == CellPathUse.Read && !isChangeable ? NativeMount.AttributeReadOnly : 0);
        return Mount(root) ?? (NativeMount.SetAttributes(root + Path, attributes) != 0 ? "mount_setattr" : MakeLinkBelow(root));
    }

    /// <summary>Mounts a device.</summary>
    public string? MountDeviceBelow(string root) =>
        Mount(root) ?? (NativeMount.SetAttributes(root + Path, NativeMount.AttributeNoSetUid | NativeMount.AttributeNoExecution) != 0 ? "mount_setattr" : null);

    /// <summary>Makes a folder and those above it, where they are missing.</summary>
    public static void MakeFolderBelow(string root, string path)
    {
        for (int cut = 0; cut >= 0;)
        {
            cut = path.IndexOf('/', cut + 1);
            _ = NativeMount.MakeFolder(root + (cut < 0 ? path : path[..cut]), Everybody);
        }
    }

    private string? Mount(string root)
    {
        if (Kind(Descriptor) == FolderKind)
        {
            MakeFolderBelow(root, Path);
        }
        else
        {
            MakeFolderBelow(root, System.IO.Path.GetDirectoryName(Path)!);
            _ = NativeProcess.Close(NativeMount.Open(root + Path, NativeMount.OpenWriteCreate | NativeMount.OpenExclusive, Everybody));
        }
        int error = NativeMount.Mount($"/proc/self/fd/{Descriptor}", root + Path, null, NativeMount.Bind | NativeMount.Recursive, null);
        _ = NativeProcess.Close(Descriptor);
        return error != 0 ? "mount" : null;
    }

    private string? MakeLinkBelow(string root)
    {
        if (Name == Path)
        {
            return null;
        }
        MakeFolderBelow(root, System.IO.Path.GetDirectoryName(Name)!);
        // One that is there already is what it was on the host, or another part.
        _ = NativeMount.Link(Path, root + Name);
        return null;
    }

    private static uint Kind(int descriptor) => Stat(descriptor, out uint mode, out _) ? mode & KindMask : 0;

    private static bool IsOwned(int descriptor, uint user) => Stat(descriptor, out uint mode, out uint owner) && owner == user && (mode & GroupAndOthersWrite) == 0;

    private static bool Stat(int descriptor, out uint mode, out uint owner)
    {
        // struct statx: the owner is at 20, the mode at 28.
        Span<uint> answer = stackalloc uint[64];
        bool isThere = NativeMount.StatX(descriptor, "", NativeMount.EmptyPath, NativeMount.TypeModeOwner, answer) == 0;
        owner = answer[5];
        mode = MemoryMarshal.Cast<uint, ushort>(answer)[14];
        return isThere;
    }
}
