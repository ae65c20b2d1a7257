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

    private const int StubPrefix = 8;

    /// <summary>
    /// The exported names with their numbers, each number once, by number. Of several names with one number the "Nt" name counts: "Zw" names share
    /// the stubs of "Nt" names, and libwine's RtlGetNativeSystemInformation has the number of NtQuerySystemInformation.
    /// </summary>
    public static IEnumerable<(string Name, int Number)> Read(PeImage image)
    {
        Dictionary<int, string> names = [];
        for (int i = 0; i < image.Exports.NameCount; i++)
        {
            if (image.Exports.TryGetNamed(i, out ReadOnlySpan<byte> name, out uint rva)
                && image.TryRead(rva, StubPrefix, out ReadOnlySpan<byte> code)
                && TryDecode(code, out int number)
                && (name.StartsWith("Nt"u8) || !names.ContainsKey(number)))
            {
                names[number] = Encoding.Latin1.GetString(name);
            }
        }
        return names.OrderBy(entry => entry.Key).Select(entry => (entry.Value, entry.Key));
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
