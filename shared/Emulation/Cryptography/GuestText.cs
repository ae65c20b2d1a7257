using System.Text;
using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Cryptography;

/// <summary>Zero-terminated UTF-16 text of a program.</summary>
internal static class GuestText
{
    /// <summary>Reads a text of fewer than <paramref name="limit"/> characters; false when it is longer or not readable.</summary>
    public static bool TryRead(GuestAccessor memory, GuestPointer pointer, int limit, out string text)
    {
        StringBuilder read = new();
        text = "";
        for (int i = 0; i < limit; i++)
        {
            if (!memory.TryRead(pointer + (i * sizeof(char)), out char c))
            {
                return false;
            }
            if (c == 0)
            {
                text = read.ToString();
                return true;
            }
            read.Append(c);
        }
        return false;
    }
}
