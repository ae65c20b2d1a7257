using System.Runtime.Intrinsics.X86;
using PortableVirt.Emulation.Exceptions;

namespace PortableVirt.Emulation.Memory;

/// <summary>The PF_ array of KUSER_SHARED_DATA (winnt.h): what IsProcessorFeaturePresent answers.</summary>
internal static class ProcessorFeatures
{
    private const int Avx512 = 0xe6;

    /// <summary>OSXSAVE, in ECX of leaf 1.</summary>
    private const int XSave = 27;

    /// <summary>ECX of leaf 1 and EBX of leaf 7, asked for once: where the host is a virtual machine, each CPUID is an exit of some 20 us (measured).</summary>
    private static readonly (int Basic, int Extended) _words = (X86Base.CpuId(1, 0).Ecx, X86Base.CpuId(0, 0).Eax >= 7 ? X86Base.CpuId(7, 0).Ebx : 0);

    /// <summary>True when programs have the AVX registers.</summary>
    /// <param name="extendedState">State components that programs may use: XCR0.</param>
    public static bool HasAvx(ulong extendedState) => Has(_words.Basic, XSave) && Has(_words.Basic, 28) && (extendedState & XStateArea.Avx) != 0;

    /// <summary>
    /// Fills the 64 bytes from the features of this processor, as CPUID tells them (Intel SDM volume 2, CPUID): what .NET says of them depends on how it was compiled.
    /// </summary>
    /// <param name="features">The array.</param>
    /// <param name="extendedState">State components that programs may use: XCR0.</param>
    public static void Fill(Span<byte> features, ulong extendedState)
    {
        // Always there on x86-64: CMPXCHG8B 2, MMX 3, SSE 6, RDTSC 8, PAE 9, SSE2 10, NX 12, COMPARE128 14, FASTFAIL 23.
        foreach (int index in (ReadOnlySpan<int>)[2, 3, 6, 8, 9, 10, 12, 14, 23])
        {
            features[index] = 1;
        }
        (int basic, int extended) = _words;
        bool hasAvx = HasAvx(extendedState);
        Set(features, 13, Has(basic, 0));
        Set(features, 36, Has(basic, 9));
        Set(features, 37, Has(basic, 19));
        Set(features, 38, Has(basic, 20));
        Set(features, 17, Has(basic, XSave));
        Set(features, 39, hasAvx);
        Set(features, 40, hasAvx && Has(extended, 5));
        Set(features, 41, hasAvx && Has(extended, 16) && (extendedState & Avx512) == Avx512);
        Set(features, 28, Has(basic, 30));
        Set(features, 22, Has(extended, 0));
    }

    private static bool Has(int word, int bit) => (word & (1 << bit)) != 0;

    private static void Set(Span<byte> features, int index, bool present) => features[index] = present ? (byte)1 : (byte)0;
}
