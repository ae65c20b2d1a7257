using System.Text;
using PortableVirt.Emulation.Abi;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Processes;

namespace PortableVirt.Emulation.Launch;

/// <summary>
/// The command line of a launch image that was taken behind kernelbase.dll's initialiser, which keeps the address of the UTF-16 text and makes an ANSI copy
/// on its heap. While the image is made it is filled up, so that both have room for that of any usual start; both are found again by the filling.
/// </summary>
internal static class LaunchCommandLine
{
    /// <summary>Most characters of a command line that fits.</summary>
    public const int Capacity = 2047;

    private const char Filling = '\x7f';
    private const int CommandLineField = 0x70;
    private const int SearchStep = 4096;

    /// <summary>A command line, filled up.</summary>
    public static string Fill(string commandLine) => commandLine.PadRight(Capacity, Filling);

    /// <summary>True for a command line that an image has room for: one whose ANSI copy is the same in all code pages.</summary>
    public static bool Fits(string commandLine) => commandLine.Length <= Capacity && Ascii.IsValid(commandLine);

    /// <summary>Takes the text out of memory, and tells where the ANSI copy is; 0 when there is not exactly one.</summary>
    public static ulong Empty(NtProcess process, ulong parameters)
    {
        if (!process.Memory.TryRead(new GuestPointer(parameters + CommandLineField), out UnicodeString64 text) || text.Length != Capacity * sizeof(char))
        {
            return 0;
        }
        byte[] wide = new byte[Capacity * sizeof(char)];
        byte[] narrow = new byte[Capacity];
        if (!process.Memory.TryRead(new GuestPointer(text.Buffer), wide))
        {
            return 0;
        }
        for (int i = 0; i < Capacity; i++)
        {
            narrow[i] = wide[2 * i];
        }
        ulong found = 0;
        foreach (Region region in process.AddressSpace.Regions)
        {
            for (ulong place = Find(process.Memory, region, narrow, region.Start); place != 0; place = Find(process.Memory, region, narrow, place + 1))
            {
                if (found != 0)
                {
                    return 0;
                }
                found = place;
            }
        }
        return found != 0 && Write(process.Memory, parameters, found, "") ? found : 0;
    }

    /// <summary>Puts a command line into both places.</summary>
    public static bool Write(GuestAccessor memory, ulong parameters, ulong ansi, string commandLine)
    {
        if (!memory.TryRead(new GuestPointer(parameters + CommandLineField), out UnicodeString64 text) || text.MaximumLength < Capacity * sizeof(char))
        {
            return false;
        }
        byte[] wide = new byte[Capacity * sizeof(char)];
        byte[] narrow = new byte[Capacity];
        Encoding.Unicode.GetBytes(commandLine, wide);
        Encoding.ASCII.GetBytes(commandLine, narrow);
        text.Length = (ushort)(commandLine.Length * sizeof(char));
        return memory.TryWrite(new GuestPointer(text.Buffer), wide) && memory.TryWrite(new GuestPointer(ansi), narrow) && memory.TryWrite(new GuestPointer(parameters + CommandLineField), text);
    }

    private static ulong Find(GuestAccessor memory, Region region, byte[] wanted, ulong from)
    {
        byte[] window = new byte[SearchStep + wanted.Length];
        if (region.View is not null)
        {
            return 0;
        }
        for (ulong at = from; at < region.End; at += SearchStep)
        {
            int length = 0;
            while (length < window.Length && memory.TryRead(new GuestPointer(at + (ulong)length), window.AsSpan(length, 1)))
            {
                int rest = (int)Math.Min((ulong)(window.Length - length), 4096 - ((at + (ulong)length) & 0xfff));
                if (!memory.TryRead(new GuestPointer(at + (ulong)length), window.AsSpan(length, rest)))
                {
                    break;
                }
                length += rest;
            }
            int place = window.AsSpan(0, length).IndexOf(wanted);
            if (place >= 0)
            {
                return at + (ulong)place;
            }
        }
        return 0;
    }
}
