using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Recording;

/// <summary>
/// Whose code is behind a call that system DLLs made: the nearest return address on the stack that lies in another module. Words that only look like
/// one, left over from earlier calls, are rare: one counts only when a call instruction stands before it.
/// </summary>
internal static class Asker
{
    /// <summary>What is answered when the stack has no such module: the loader works on the program's imports.</summary>
    public const string Start = "start";

    private const int Words = 1024;
    private const int LongestCall = 7;

    private static readonly HashSet<string> s_between = new(StringComparer.OrdinalIgnoreCase) { "ntdll.dll", "kernel32.dll", "kernelbase.dll", "win32u.dll", "user32.dll", "gdi32.dll", "ucrtbase.dll", "msvcrt.dll" };

    /// <summary>File name of the module, as one word in lower case.</summary>
    public static string Of(NtThread thread)
    {
        List<(ulong Base, ulong Size, string FileName)> modules = thread.Process.Modules.Snapshot();
        GuestPointer stack = new(thread.Cpu!.Registers.Rsp);
        for (int i = 0; i < Words && thread.Memory.TryRead(stack + (i * 8), out ulong word); i++)
        {
            foreach ((ulong start, ulong size, string path) in modules)
            {
                if (word - start < size)
                {
                    string name = path[(path.LastIndexOf('\\') + 1)..];
                    if (!s_between.Contains(name) && FollowsCall(thread, word))
                    {
                        return UseRecorder.Name(name);
                    }
                    break;
                }
            }
        }
        return Start;
    }

    /// <summary>True when the bytes before an address are a call: E8 with 32 bits, or FF /2 in its forms of 2 to 7 bytes.</summary>
    private static bool FollowsCall(NtThread thread, ulong address)
    {
        Span<byte> code = stackalloc byte[LongestCall];
        if (!thread.Memory.TryRead(new GuestPointer(address - LongestCall), code))
        {
            return false;
        }
        if (code[LongestCall - 5] == 0xe8)
        {
            return true;
        }
        for (int length = 2; length <= LongestCall; length++)
        {
            if (code[LongestCall - length] == 0xff && ((code[LongestCall - length + 1] >> 3) & 7) == 2)
            {
                return true;
            }
        }
        return false;
    }
}
