using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace PortableVirt.Emulation.SystemInfo;

/// <summary>The processors that the guest sees: as many as the host process may use, all cores of one package.</summary>
public sealed class ProcessorTopology
{
    /// <summary>Most processors of one NT processor group.</summary>
    public const int MaximumCount = 64;

    /// <summary>Describes the host's processor; the count honours the process's affinity (sched_getaffinity) and is 1 to 64.</summary>
    public ProcessorTopology()
    {
        Count = Math.Clamp(Environment.ProcessorCount, 1, MaximumCount);
        Vendor = "GenuineIntel";
        BrandName = "x86-64 processor";
        if (!X86Base.IsSupported)
        {
            return;
        }
        (int maximum, int b, int c, int d) = X86Base.CpuId(0, 0);
        Vendor = Text(b, d, c);
        uint version = (uint)X86Base.CpuId(1, 0).Eax;
        uint family = (version >> 8) & 15, model = (version >> 4) & 15;
        if (family is 6 or 15)
        {
            model |= (version >> 12) & 0xf0;
        }
        Family = family == 15 ? family + ((version >> 20) & 0xff) : family;
        Revision = (model << 8) | (version & 15);
        if ((uint)X86Base.CpuId(unchecked((int)0x80000000), 0).Eax >= 0x80000004)
        {
            StringBuilder name = new();
            for (int leaf = 2; leaf <= 4; leaf++)
            {
                (int eax, int ebx, int ecx, int edx) = X86Base.CpuId(unchecked((int)0x80000000) + leaf, 0);
                name.Append(Text(eax, ebx, ecx, edx));
            }
            BrandName = name.ToString().Replace("\0", "", StringComparison.Ordinal).Trim();
        }
        Megahertz = maximum >= 0x16 && X86Base.CpuId(0x16, 0).Eax is > 0 and int megahertz ? (uint)megahertz : 2000;
    }

    /// <summary>Number of processors, 1 to 64.</summary>
    public int Count { get; }

    /// <summary>Affinity mask of all processors.</summary>
    public ulong Mask => Count == MaximumCount ? ulong.MaxValue : (1ul << Count) - 1;

    /// <summary>CPUID vendor, e.g. "AuthenticAMD".</summary>
    public string Vendor { get; }

    /// <summary>CPUID brand string.</summary>
    public string BrandName { get; }

    /// <summary>Family (SYSTEM_CPU_INFORMATION.ProcessorLevel).</summary>
    public uint Family { get; } = 6;

    /// <summary>Model in the high byte, stepping in the low one (ProcessorRevision).</summary>
    public uint Revision { get; }

    /// <summary>Nominal frequency.</summary>
    public uint Megahertz { get; } = 2000;

    /// <summary>Identifier as the registry has it, e.g. "Intel64 Family 6 Model 85 Stepping 7".</summary>
    public string Identifier => $"{(Vendor == "AuthenticAMD" ? "AMD64" : "Intel64")} Family {Family} Model {Revision >> 8} Stepping {Revision & 0xff}";

    private static string Text(params ReadOnlySpan<int> registers) => Encoding.Latin1.GetString(MemoryMarshal.AsBytes(registers));
}
