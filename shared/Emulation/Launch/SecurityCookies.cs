using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.SystemInfo;

namespace PortableVirt.Emulation.Launch;

/// <summary>The security cookies of images: the loader replaces the linker's value by a random one (PE format, load configuration).</summary>
internal static class SecurityCookies
{
    /// <summary>The linker's value, which stands for "not set" (Microsoft's C run-time library).</summary>
    public const ulong Unset = 0x0000_2b99_2ddf_a232;

    /// <summary>The upper 16 bits are zero, so that strings cannot be copied over the cookie.</summary>
    private const ulong Bits = 0x0000_ffff_ffff_ffff;

    private const int DirectoryLoadConfiguration = 10;
    private const int CookieField = 88;

    /// <summary>The address of the cookie of a mapped image when the loader has set it; 0 otherwise.</summary>
    public static ulong Find(GuestAccessor memory, ulong imageBase, ulong imageSize)
    {
        const int optionalHeader = 24, directories = 112;
        if (!memory.TryRead(new GuestPointer(imageBase + 0x3c), out uint pe)
            || !memory.TryRead(new GuestPointer(imageBase + pe + optionalHeader + directories + (DirectoryLoadConfiguration * 8)), out uint rva) || rva == 0
            || !memory.TryRead(new GuestPointer(imageBase + rva), out uint size) || size < CookieField + 8
            || !memory.TryRead(new GuestPointer(imageBase + rva + CookieField), out ulong address)
            || address < imageBase || address - imageBase > imageSize - 8
            || !memory.TryRead(new GuestPointer(address), out ulong value))
        {
            return 0;
        }
        return value is Unset or 0 ? 0 : address;
    }

    /// <summary>A new value, never the linker's.</summary>
    public static ulong Create()
    {
        Span<byte> bytes = stackalloc byte[8];
        ulong value;
        do
        {
            HostRandom.Fill(bytes);
            value = BitConverter.ToUInt64(bytes) & Bits;
        }
        while (value is Unset or 0);
        return value;
    }
}
