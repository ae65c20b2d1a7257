using System.Runtime.InteropServices;
using PortableVirt.Cell.Native;

namespace PortableVirt.Cell.Threads;

/// <summary>What is left of capabilities (capabilities(7)).</summary>
internal static class Capabilities
{
    /// <summary>CAP_DAC_OVERRIDE and CAP_FOWNER: root runs programs on files of others. Which files, Landlock says.</summary>
    private const uint Kept = (1 << 1) | (1 << 3);

    private const uint Version = 0x2008_0522;

    /// <summary>struct __user_cap_header_struct (2 words), then two of __user_cap_data_struct (effective, permitted, inheritable), in memory that does not move.</summary>
    private static readonly uint[] _words = GC.AllocateArray<uint>(8, pinned: true);

    /// <summary>The call by which a thread gives up all capabilities but those, or null where it has none.</summary>
    public static ThreadCall? Drop()
    {
        nint header = Marshal.UnsafeAddrOfPinnedArrayElement(_words, 0);
        nint data = Marshal.UnsafeAddrOfPinnedArrayElement(_words, 2);
        _words[0] = Version;
        if (NativeCell.Call(NativeCell.SysCapGet, header, data, 0, 0) != 0 || (_words[3] | _words[6]) == 0)
        {
            return null;
        }
        uint left = _words[3] & Kept;
        Array.Clear(_words, 2, 6);
        _words[2] = left;
        _words[3] = left;
        return new ThreadCall(NativeCell.SysCapSet, header, data, 0);
    }
}
