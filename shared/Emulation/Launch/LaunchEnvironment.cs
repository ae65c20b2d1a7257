using System.Runtime.InteropServices;
using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Launch;

/// <summary>
/// Makes room for the environment of any start in the block that ntdll allocates on its heap: while an image is made the environment ends with a long
/// variable, which is taken off again once the block is there.
/// </summary>
public static class LaunchEnvironment
{
    /// <summary>Characters of the environment with the filling: the longest block that Windows' own SetEnvironmentVariable made for decades.</summary>
    private const int Length = 1 << 15;

    private const string Filling = "~~~=";

    /// <summary>An environment block, filled up.</summary>
    public static string Fill(string block) => block[..^1] + Filling + new string('~', Length - block.Length - Filling.Length - 1) + "\0\0";

    /// <summary>Takes the filling off in memory; the block's size in bytes, or 0 when it is not there.</summary>
    internal static int Empty(GuestAccessor memory, ulong address)
    {
        byte[] bytes = new byte[Length * sizeof(char)];
        if (!memory.TryRead(new GuestPointer(address), bytes))
        {
            return 0;
        }
        Span<char> block = MemoryMarshal.Cast<byte, char>(bytes.AsSpan());
        int filling = block.IndexOf("\0" + Filling);
        if (filling < 0 || !block.EndsWith("\0\0") || block[(filling + 1 + Filling.Length)..^2].ContainsAnyExcept('~'))
        {
            return 0;
        }
        block[(filling + 1)..].Clear();
        return memory.TryWrite(new GuestPointer(address), bytes) ? bytes.Length : 0;
    }
}
