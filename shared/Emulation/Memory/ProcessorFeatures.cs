using System.Runtime.Intrinsics.X86;

namespace PortableVirt.Emulation.Memory;

/// <summary>The PF_ array of KUSER_SHARED_DATA (winnt.h): what IsProcessorFeaturePresent answers.</summary>
internal static class ProcessorFeatures
{
    /// <summary>Fills the 64 bytes from the features of this processor.</summary>
    public static void Fill(Span<byte> features)
    {
        // Always there on x86-64: CMPXCHG8B 2, MMX 3, SSE 6, RDTSC 8, PAE 9, SSE2 10, NX 12, COMPARE128 14, FASTFAIL 23.
        foreach (int index in (ReadOnlySpan<int>)[2, 3, 6, 8, 9, 10, 12, 14, 23])
        {
            features[index] = 1;
        }
        Set(features, 13, Sse3.IsSupported);
        Set(features, 36, Ssse3.IsSupported);
        Set(features, 37, Sse41.IsSupported);
        Set(features, 38, Sse42.IsSupported);
        Set(features, 39, Avx.IsSupported);
        Set(features, 40, Avx2.IsSupported);
        Set(features, 41, Avx512F.IsSupported);
        Set(features, 17, Avx.IsSupported);
        (_, _, int leaf1Ecx, _) = X86Base.CpuId(1, 0);
        (_, int leaf7Ebx, _, _) = X86Base.CpuId(7, 0);
        Set(features, 28, (leaf1Ecx & (1 << 30)) != 0);
        Set(features, 22, (leaf7Ebx & 1) != 0);
    }

    private static void Set(Span<byte> features, int index, bool present) => features[index] = present ? (byte)1 : (byte)0;
}
