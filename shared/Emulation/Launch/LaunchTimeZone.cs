using System.Runtime.InteropServices;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.SystemInfo;

namespace PortableVirt.Emulation.Launch;

/// <summary>
/// The names of the time zone, which libwine's kernelbase.dll looks up in its initialiser and keeps (cached_tzname in dlls/kernelbase/locale.c): key name of
/// 128 characters, names of standard and daylight time of 32 each. An image holds none; each start gets those of its own zone.
/// </summary>
internal static class LaunchTimeZone
{
    private const int KeyNameLength = 128;
    private const int NameLength = 32;
    private const int Size = (KeyNameLength + (2 * NameLength)) * sizeof(char);
    private const uint Writable = PageProtection.ReadWrite | PageProtection.WriteCopy | PageProtection.ExecuteReadWrite | PageProtection.ExecuteWriteCopy;

    /// <summary>Takes the names out of memory, and tells where they are; 0 when there is not exactly one such place in images.</summary>
    public static ulong Empty(NtProcess process, WindowsTimeZone zone)
    {
        byte[] names = Describe(zone);
        ulong found = 0;
        foreach (Region region in process.AddressSpace.Regions.Where(region => region.View is ImageSectionView))
        {
            for (long page = 0; page < region.Pages.Count;)
            {
                (uint state, long end) = region.Pages.RunAt(page);
                byte[] bytes = (state & Writable) == 0 ? [] : new byte[(end - page) << 12];
                ulong start = region.Start + ((ulong)page << 12);
                if (!process.Memory.TryRead(new GuestPointer(start), bytes))
                {
                    return 0;
                }
                for (int at = bytes.AsSpan().IndexOf(names); at >= 0;)
                {
                    if (found != 0)
                    {
                        return 0;
                    }
                    found = start + (ulong)at;
                    int next = bytes.AsSpan(at + 1).IndexOf(names);
                    at = next < 0 ? -1 : at + 1 + next;
                }
                page = end;
            }
        }
        return found != 0 && process.Memory.TryWrite(new GuestPointer(found), new byte[Size]) ? found : 0;
    }

    /// <summary>Writes the names of a zone.</summary>
    public static bool Write(GuestAccessor memory, ulong address, WindowsTimeZone zone) => memory.TryWrite(new GuestPointer(address), Describe(zone));

    private static byte[] Describe(WindowsTimeZone zone)
    {
        byte[] names = new byte[Size];
        int next = 0;
        foreach ((string name, int length) in (ReadOnlySpan<(string, int)>)[(zone.KeyName, KeyNameLength), (zone.StandardName, NameLength), (zone.DaylightName, NameLength)])
        {
            MemoryMarshal.AsBytes(name.AsSpan(0, Math.Min(name.Length, length - 1))).CopyTo(names.AsSpan(next));
            next += length * sizeof(char);
        }
        return names;
    }
}
