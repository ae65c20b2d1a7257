using System.Buffers.Binary;
using System.Text;
using PortableVirt.Analysis.Pe;

namespace PortableVirt.Emulation.Syscalls;

/// <summary>
/// Reads system-call numbers from the stubs that ntdll.dll and win32u.dll export: <c>mov r10,rcx; mov eax,number</c>, the same in Windows since
/// Vista and in libwine (which encodes the first instruction differently). Bits 0-11 are the index, bits 12-13 the table.
/// </summary>
public static class SyscallNumbers
{
    /// <summary>Numbers of one table.</summary>
    public const int TableSize = 0x1000;

    /// <summary>Number of tables that bits 12-13 can name.</summary>
    public const int TableCount = 4;

    /// <summary>Bytes from the <c>syscall</c> of a stub of libwine 8.0 to the address behind its call through the pointer.</summary>
    public const int SyscallBeforeReturn = 13;

    private const int StubPrefix = 8;
    private const int CallForm = 8;

    /// <summary>
    /// Behind the number: test byte [7FFE0308h], 1; jne +3; syscall; ret; jmp +1; ret; call [7FFE1000h]; ret.
    /// </summary>
    private static ReadOnlySpan<byte> CallThroughPointer =>
        [0xf6, 0x04, 0x25, 0x08, 0x03, 0xfe, 0x7f, 0x01, 0x75, 0x03, 0x0f, 0x05, 0xc3, 0xeb, 0x01, 0xc3, 0xff, 0x14, 0x25, 0x00, 0x10, 0xfe, 0x7f, 0xc3];

    /// <summary>
    /// The exported names with their numbers, each number once, by number. Of several names with one number the "Nt" name counts: "Zw" names share
    /// the stubs of "Nt" names, and libwine's RtlGetNativeSystemInformation has the number of NtQuerySystemInformation.
    /// </summary>
    public static IReadOnlyList<(string Name, int Number)> Read(PeImage image)
    {
        Dictionary<int, string> names = new(image.Exports.NameCount / 4);
        for (int i = 0; i < image.Exports.NameCount; i++)
        {
            if (image.Exports.TryGetNamed(i, out ReadOnlySpan<byte> name, out uint rva) && IsOfCall(name)
                && image.TryRead(rva, StubPrefix, out ReadOnlySpan<byte> code) && TryDecode(code, out int number)
                && (name.StartsWith("Nt"u8) || !names.ContainsKey(number)))
            {
                names[number] = Encoding.Latin1.GetString(name);
            }
        }
        List<(string Name, int Number)> sorted = new(names.Count);
        foreach ((int number, string name) in names)
        {
            sorted.Add((name, number));
        }
        sorted.Sort((a, b) => a.Number - b.Number);
        return sorted;
    }

    /// <summary>Names of stubs begin so. To look at the code of all others, too, is to read all of ntdll.dll at every start.</summary>
    private static bool IsOfCall(ReadOnlySpan<byte> name) => name.StartsWith("Nt"u8) || name.StartsWith("Zw"u8) || name.StartsWith("wine_"u8) || name.StartsWith("__wine_"u8);

    /// <summary>True when the stubs of a DLL can call through the pointer at 7FFE1000h, as libwine 8.0's do; told from the first one.</summary>
    public static bool CallsThroughPointer(PeImage image)
    {
        for (int i = 0; i < image.Exports.NameCount; i++)
        {
            if (image.Exports.TryGetAddress(i, out uint rva) && image.TryRead(rva, (uint)(CallForm + CallThroughPointer.Length), out ReadOnlySpan<byte> code) && TryDecode(code, out _))
            {
                return code[CallForm..].SequenceEqual(CallThroughPointer);
            }
        }
        return false;
    }

    /// <summary>The number in the first 8 bytes of a stub; false when the code is no stub.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> code, out int number)
    {
        number = -1;
        bool isStub = code.Length >= StubPrefix && (code.StartsWith<byte>([0x4c, 0x8b, 0xd1, 0xb8]) || code.StartsWith<byte>([0x49, 0x89, 0xca, 0xb8]));
        if (isStub)
        {
            number = BinaryPrimitives.ReadInt32LittleEndian(code[4..]);
        }
        return isStub && number is >= 0 and < TableCount * TableSize;
    }
}
