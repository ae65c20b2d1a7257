namespace PortableVirt.Emulation.SystemInfo;

/// <summary>
/// The structures that describe cores, caches, nodes and groups: all processors are cores of their own in one package, one
/// NUMA node and one group, with private first and second level caches.
/// </summary>
internal static class ProcessorInformation
{
    /// <summary>RelationAll.</summary>
    public const uint RelationAll = 0xffff;

    private const uint RelationCore = 0, RelationNode = 1, RelationCache = 2, RelationPackage = 3, RelationGroup = 4, RelationDie = 5, RelationModule = 7;
    private const uint Unified = 0, Instruction = 1, Data = 2;

    private static readonly (byte Level, byte Associativity, uint Size, uint Type)[] CoreCaches =
        [(1, 8, 32 << 10, Data), (1, 8, 32 << 10, Instruction), (2, 16, 1 << 20, Unified)];

    private static readonly (byte Level, byte Associativity, uint Size, uint Type) SharedCache = (3, 16, 16 << 20, Unified);

    /// <summary>SYSTEM_LOGICAL_PROCESSOR_INFORMATION[]: 32 bytes an entry.</summary>
    public static InformationBuilder Flat(ProcessorTopology processors)
    {
        InformationBuilder b = new();
        for (int i = 0; i < processors.Count; i++)
        {
            b.U64(1ul << i).U64(RelationCore).U64(0).U64(0);
            foreach ((byte level, byte associativity, uint size, uint type) in CoreCaches)
            {
                b.U64(1ul << i).U64(RelationCache).U8(level).U8(associativity).U16(64).U32(size).U32(type).U32(0);
            }
        }
        b.U64(processors.Mask).U64(RelationCache).U8(SharedCache.Level).U8(SharedCache.Associativity).U16(64).U32(SharedCache.Size).U32(SharedCache.Type).U32(0);
        b.U64(processors.Mask).U64(RelationPackage).U64(0).U64(0);
        b.U64(processors.Mask).U64(RelationNode).U64(0).U64(0);
        return b;
    }

    /// <summary>SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX records of one relation, or of all; null for an unknown relation.</summary>
    public static InformationBuilder? Extended(ProcessorTopology processors, uint relation)
    {
        if (relation is not (RelationAll or <= RelationModule))
        {
            return null;
        }
        InformationBuilder b = new();
        bool Wanted(uint kind) => relation == RelationAll || relation == kind;
        for (int i = 0; i < processors.Count; i++)
        {
            if (Wanted(RelationCore))
            {
                Processors(b, RelationCore, 1ul << i);
            }
            if (Wanted(RelationCache))
            {
                foreach ((byte level, byte associativity, uint size, uint type) in CoreCaches)
                {
                    Cache(b, 1ul << i, level, associativity, size, type);
                }
            }
        }
        if (Wanted(RelationCache))
        {
            Cache(b, processors.Mask, SharedCache.Level, SharedCache.Associativity, SharedCache.Size, SharedCache.Type);
        }
        foreach (uint kind in (ReadOnlySpan<uint>)[RelationPackage, RelationDie])
        {
            if (relation == kind || (relation == RelationAll && kind == RelationPackage))
            {
                Processors(b, kind, processors.Mask);
            }
        }
        if (Wanted(RelationNode))
        {
            b.U32(RelationNode).U32(48).U32(0).Reserve(18);
            b.U16(1).U64(processors.Mask).U64(0);
        }
        if (Wanted(RelationGroup))
        {
            b.U32(RelationGroup).U32(80).U16(1).U16(1).Reserve(20);
            b.U8((byte)processors.Count).U8((byte)processors.Count).Reserve(38);
            b.U64(processors.Mask);
        }
        return b;
    }

    /// <summary>SYSTEM_CPU_SET_INFORMATION[]: 32 bytes a processor.</summary>
    public static InformationBuilder CpuSets(ProcessorTopology processors)
    {
        InformationBuilder b = new();
        for (int i = 0; i < processors.Count; i++)
        {
            b.U32(32).U32(0).U32(0x100 + (uint)i).U16(0).U8((byte)i).U8((byte)i).U8(0).U8(0).U8(0).U8(0).U32(0).U64(0);
        }
        return b;
    }

    private static void Processors(InformationBuilder b, uint relation, ulong mask)
    {
        b.U32(relation).U32(48).U8(0).U8(0).Reserve(20);
        b.U16(1).U64(mask).U64(0);
    }

    private static void Cache(InformationBuilder b, ulong mask, byte level, byte associativity, uint size, uint type)
    {
        b.U32(RelationCache).U32(56).U8(level).U8(associativity).U16(64).U32(size).U32(type).Reserve(18);
        b.U16(1).U64(mask).U64(0);
    }
}
