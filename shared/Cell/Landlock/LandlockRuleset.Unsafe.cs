using System.Runtime.InteropServices;
using PortableVirt.Cell.Native;
using PortableVirt.Cell.SystemCalls;

namespace PortableVirt.Cell.Landlock;

/// <summary>A set of paths that threads are limited to (landlock(7)).</summary>
internal sealed unsafe class LandlockRuleset : IDisposable
{
    /// <summary>The first version that lets files move between folders (Linux 5.19); the one before would break programs.</summary>
    public const int OldestVersion = 2;

    private const int VersionFlag = 1;
    private const int PathRule = 1;

    /// <summary>LANDLOCK_ACCESS_NET_BIND_TCP | LANDLOCK_ACCESS_NET_CONNECT_TCP.</summary>
    private const ulong Tcp = 3;

    /// <summary>LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET. Not that of signals: before Linux 6.15 it keeps threads of one process apart.</summary>
    private const ulong AbstractSockets = 1;

    private readonly LandlockRights _handled;

    private LandlockRuleset(int descriptor, LandlockRights handled) => (Descriptor, _handled) = (descriptor, handled);

    /// <summary>Its descriptor.</summary>
    public int Descriptor { get; }

    /// <summary>The version of the kernel's interface; 0 where the kernel has none or it is switched off.</summary>
    public static int HostVersion()
    {
        nint version = NativeCell.Call(NativeCell.SysLandlockCreateRuleset, 0, 0, VersionFlag, 0);
        return version > 0 ? (int)version : 0;
    }

    /// <summary>An empty set: nothing can be opened.</summary>
    /// <param name="version">At least <see cref="OldestVersion"/>.</param>
    /// <param name="hasNetwork">False: no TCP port either, where the kernel can tell.</param>
    /// <exception cref="CellException">The kernel refuses.</exception>
    public static LandlockRuleset Create(int version, bool hasNetwork)
    {
        LandlockRights handled = version switch
        {
            < 3 => LandlockRights.All & ~(LandlockRights.Truncate | LandlockRights.ControlDevice),
            < 5 => LandlockRights.All & ~LandlockRights.ControlDevice,
            _ => LandlockRights.All,
        };
        ulong* attributes = stackalloc ulong[3];
        attributes[0] = (ulong)handled;
        attributes[1] = hasNetwork ? 0 : Tcp;
        attributes[2] = AbstractSockets;
        int size = version switch { < 4 => 8, < 6 => 16, _ => 24 };
        nint descriptor = NativeCell.Call(NativeCell.SysLandlockCreateRuleset, (nint)attributes, size, 0, 0);
        return descriptor >= 0
            ? new LandlockRuleset((int)descriptor, handled)
            : throw new CellException($"landlock_create_ruleset: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Allows something at a path and all below. A path that is not there is left out.</summary>
    /// <exception cref="CellException">The kernel refuses.</exception>
    public void Allow(string path, LandlockRights rights)
    {
        int target = NativeCell.Open(path, NativeCell.OpenPath | NativeCell.OpenCloseOnExec);
        if (target < 0)
        {
            return;
        }
        // What is no folder takes rights of files only.
        int error = Add(target, rights & _handled);
        error = error == ErrorNumber.Invalid ? Add(target, rights & _handled & LandlockRights.OfFiles) : error;
        _ = NativeCell.Close(target);
        if (error != 0)
        {
            throw new CellException($"landlock_add_rule for {path}: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _ = NativeCell.Close(Descriptor);

    private int Add(int target, LandlockRights rights)
    {
        if (rights == LandlockRights.None)
        {
            return 0;
        }
        // struct landlock_path_beneath_attr: 8 bytes of rights, 4 of the descriptor, packed.
        byte* rule = stackalloc byte[12];
        *(ulong*)rule = (ulong)rights;
        *(int*)(rule + 8) = target;
        return NativeCell.Call(NativeCell.SysLandlockAddRule, Descriptor, PathRule, (nint)rule, 0) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }
}
