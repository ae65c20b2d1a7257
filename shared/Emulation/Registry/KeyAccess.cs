namespace PortableVirt.Emulation.Registry;

/// <summary>The KEY_ access rights (winnt.h).</summary>
internal static class KeyAccess
{
    public const uint QueryValue = 0x1;
    public const uint SetValue = 0x2;
    public const uint CreateSubKey = 0x4;
    public const uint EnumerateSubKeys = 0x8;
    public const uint Notify = 0x10;
    public const uint CreateLink = 0x20;
    public const uint Wow64View64 = 0x100;
    public const uint Wow64View32 = 0x200;
    public const uint Delete = 0x10000;
}
