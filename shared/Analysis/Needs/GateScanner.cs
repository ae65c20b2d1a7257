using Iced.Intel;
using PortableVirt.Analysis.Pe;

namespace PortableVirt.Analysis.Needs;

/// <summary>
/// Finds gates in the executable sections of an image: first by their bytes, then confirmed by decoding from the beginning of the function that they
/// lie in. Beginnings are those of the unwind table, the exports, the TLS callbacks and the entry point; 64-bit images only.
/// </summary>
public static class GateScanner
{
    /// <summary>Most gates that are listed of one image.</summary>
    public const int Limit = 8192;

    private const uint LongestFunction = 1 << 20;

    /// <summary>The gates, by address.</summary>
    /// <param name="image">The image.</param>
    /// <param name="name">Its file name, for the result.</param>
    public static List<CodeGate> Scan(PeImage image, string name)
    {
        List<CodeGate> gates = [];
        if (image.Headers.Machine != PeMachine.Amd64)
        {
            return gates;
        }
        uint[] starts = FunctionStarts(image);
        foreach (PeSection section in image.Sections)
        {
            if (!section.Flags.HasFlag(PeSectionFlags.Execute))
            {
                continue;
            }
            ReadOnlySpan<byte> code = image.BytesAt(section.Rva);
            code = code[..(int)Math.Min((uint)code.Length, section.FileSize)];
            for (int i = 0; gates.Count < Limit && GateBytes.TryFind(code, ref i, out CodeGateKind kind); i++)
            {
                uint rva = section.Rva + (uint)i;
                gates.Add(new CodeGate(name, rva, kind, IsReached(code, section.Rva, starts, rva)));
            }
        }
        return gates;
    }

    private static bool IsReached(ReadOnlySpan<byte> code, uint sectionRva, uint[] starts, uint rva)
    {
        int index = Array.BinarySearch(starts, rva);
        index = index < 0 ? ~index - 1 : index;
        if (index < 0 || starts[index] < sectionRva || rva - starts[index] > LongestFunction)
        {
            return false;
        }
        int from = (int)(starts[index] - sectionRva);
        int until = (int)(rva - sectionRva);
        byte[] function = code[from..Math.Min(code.Length, until + GateBytes.Length)].ToArray();
        Decoder decoder = Decoder.Create(64, new ByteArrayCodeReader(function), starts[index]);
        while (decoder.IP < rva)
        {
            if (decoder.Decode().IsInvalid)
            {
                return false;
            }
        }
        return decoder.IP == rva;
    }

    private static uint[] FunctionStarts(PeImage image)
    {
        SortedSet<uint> starts = [];
        if (image.Headers.AddressOfEntryPoint != 0)
        {
            starts.Add(image.Headers.AddressOfEntryPoint);
        }
        // RUNTIME_FUNCTION: begin, end, unwind data; the same specification, "The .pdata Section".
        const uint EntrySize = 12;
        PeDataDirectory table = image.Directory(PeDirectory.Exception);
        for (uint offset = 0; table.IsPresent && offset + EntrySize <= table.Size && image.TryReadUInt32(table.Rva + offset, out uint begin); offset += EntrySize)
        {
            starts.Add(begin);
        }
        for (int i = 0; i < image.Exports.NameCount; i++)
        {
            if (image.Exports.TryGetNamed(i, out _, out uint rva))
            {
                starts.Add(rva);
            }
        }
        if (PeTls.TryRead(image, out PeTls tls))
        {
            starts.UnionWith(tls.ReadCallbacks(image));
        }
        return [.. starts];
    }
}
