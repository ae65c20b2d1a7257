using System.Buffers.Binary;
using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Cryptography;

/// <summary>
/// A copy of bcrypt's <c>struct key</c> (104 bytes; layout: debugging data of libwine 8.0's bcrypt.dll). Of its private numbers at 8 and 16, which
/// belong to the unix side, the first holds the number of our object.
/// </summary>
internal readonly struct GuestKey
{
    private const int Size = 104, ObjectOffset = 8, SeedOffset = 32;
    private readonly byte[] _bytes;

    private GuestKey(GuestPointer address, byte[] bytes)
    {
        Address = address;
        _bytes = bytes;
    }

    /// <summary>Where the structure is.</summary>
    public GuestPointer Address { get; }

    /// <summary>What the structure begins with where it is a key.</summary>
    public uint Magic => Number(0);

    /// <summary>enum alg_id.</summary>
    public KeyAlgorithm Algorithm => (KeyAlgorithm)Number(4);

    /// <summary>Number of our object; 0 when there is none.</summary>
    public ulong Object => BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(ObjectOffset));

    /// <summary>Symmetric keys: enum chain_mode.</summary>
    public ChainMode Mode => (ChainMode)Number(24);

    /// <summary>Symmetric keys: the initialisation vector.</summary>
    public GuestPointer Vector => new(BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(32)));

    /// <summary>Its length in bytes.</summary>
    public uint VectorLength => Number(40);

    /// <summary>Symmetric keys: the key itself.</summary>
    public GuestPointer Secret => new(BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(48)));

    /// <summary>Its length in bytes.</summary>
    public uint SecretLength => Number(56);

    /// <summary>Asymmetric keys: bits that were asked for.</summary>
    public uint BitLength => Number(24);

    /// <summary>Asymmetric keys: blobs have the form of CryptoAPI (KEY_FLAG_LEGACY_DSA_V2).</summary>
    public bool IsLegacy => (Number(28) & 1) != 0;

    /// <summary>Asymmetric keys: DSSSEED, 24 bytes.</summary>
    public ReadOnlySpan<byte> Seed => _bytes.AsSpan(SeedOffset, DsaBlob.SeedLength);

    /// <summary>Copies the structure.</summary>
    public static bool TryRead(GuestAccessor memory, GuestPointer address, out GuestKey key)
    {
        byte[] bytes = new byte[Size];
        key = new GuestKey(address, bytes);
        return memory.TryRead(address, bytes);
    }

    /// <summary>Stores the number of our object.</summary>
    public bool TrySetObject(GuestAccessor memory, ulong number) => memory.TryWrite(Address + ObjectOffset, number);

    /// <summary>Stores the seed that an imported key came with.</summary>
    public bool TrySetSeed(GuestAccessor memory, ReadOnlySpan<byte> seed) => memory.TryWrite(Address + SeedOffset, seed);

    private uint Number(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(offset));
}
