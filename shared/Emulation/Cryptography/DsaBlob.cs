using System.Numerics;
using System.Security.Cryptography;

namespace PortableVirt.Emulation.Cryptography;

/// <summary>
/// Blobs of DSA keys of at most 1024 bits: BCRYPT_DSA_KEY_BLOB { magic, length, count[4], seed[20], q[20] } with p, g, y and, of a private key, x;
/// and CryptoAPI's { BLOBHEADER, magic, bits } with p, q, g, then y or x, then DSSSEED, each number with its low end first.
/// </summary>
internal static class DsaBlob
{
    /// <summary>Bytes of DSSSEED { ULONG counter; UCHAR seed[20] }.</summary>
    public const int SeedLength = 24;

    private const uint PublicMagic = 0x42505344, PrivateMagic = 0x56505344, LegacyPublicMagic = 0x31535344, LegacyPrivateMagic = 0x32535344;
    private const uint PublicHeader = 0x0206, PrivateHeader = 0x0207, SignatureAlgorithm = 0x2200;
    private const int SubgroupLength = 20;
    private const uint MaximumLength = 128;

    /// <summary>Reads a blob; false when it is too short, for larger keys, or not a key.</summary>
    public static bool TryRead(ReadOnlySpan<byte> blob, bool isLegacy, bool isPrivate, out DSAParameters key, out byte[] seed) =>
        isLegacy ? TryReadLegacy(blob, isPrivate, out key, out seed) : TryRead(blob, isPrivate, out key, out seed);

    /// <summary>Writes a blob; false for keys that it cannot hold.</summary>
    public static bool TryWrite(DSAParameters key, BlobForm form, ReadOnlySpan<byte> seed, out byte[] blob)
    {
        blob = [];
        int size = key.P!.Length;
        if (size > MaximumLength || key.Q!.Length > SubgroupLength)
        {
            return false;
        }
        BlobWriter writer = new();
        switch (form)
        {
            case BlobForm.Public or BlobForm.Private:
                writer.Number(form == BlobForm.Public ? PublicMagic : PrivateMagic).Number((uint)size).Bytes(seed).Padded(key.Q, SubgroupLength)
                    .Padded(key.P, size).Padded(key.G, size).Padded(key.Y, size);
                if (form == BlobForm.Private)
                {
                    writer.Padded(key.X, SubgroupLength);
                }
                break;
            case BlobForm.LegacyPublic or BlobForm.LegacyPrivate:
                bool isPublic = form == BlobForm.LegacyPublic;
                writer.Number(isPublic ? PublicHeader : PrivateHeader).Number(SignatureAlgorithm).Number(isPublic ? LegacyPublicMagic : LegacyPrivateMagic).Number((uint)size * 8)
                    .Reversed(key.P, size).Reversed(key.Q, SubgroupLength).Reversed(key.G, size).Reversed(isPublic ? key.Y : key.X, isPublic ? size : SubgroupLength).Bytes(seed);
                break;
            default:
                return false;
        }
        blob = writer.ToArray();
        return true;
    }

    private static bool TryRead(ReadOnlySpan<byte> blob, bool isPrivate, out DSAParameters key, out byte[] seed)
    {
        key = default;
        BlobReader reader = new(blob);
        reader.TakeNumber();
        uint size = reader.TakeNumber();
        seed = reader.Take(SeedLength);
        byte[] q = reader.Take(SubgroupLength);
        if (size is 0 or > MaximumLength)
        {
            return false;
        }
        byte[] p = reader.Take(size), g = reader.Take(size), y = reader.Take(size);
        key = new DSAParameters { P = p, Q = q, G = g, Y = y, X = isPrivate ? reader.Take(SubgroupLength) : null };
        return !reader.IsShort;
    }

    private static bool TryReadLegacy(ReadOnlySpan<byte> blob, bool isPrivate, out DSAParameters key, out byte[] seed)
    {
        const uint headerLength = 12;
        key = default;
        BlobReader reader = new(blob);
        reader.Take(headerLength);
        uint size = reader.TakeNumber() / 8;
        seed = [];
        if (size is 0 or > MaximumLength)
        {
            return false;
        }
        byte[] p = reader.TakeReversed(size), q = reader.TakeReversed(SubgroupLength), g = reader.TakeReversed(size);
        byte[] last = reader.TakeReversed(isPrivate ? (uint)SubgroupLength : size);
        seed = reader.Take(SeedLength);
        BigInteger modulus = new(p, isUnsigned: true, isBigEndian: true);
        if (reader.IsShort || modulus.IsZero)
        {
            return false;
        }
        byte[] y = isPrivate
            ? Arithmetic.Bytes(BigInteger.ModPow(new BigInteger(g, true, true), new BigInteger(last, true, true), modulus), (int)size)
            : last;
        key = new DSAParameters { P = p, Q = q, G = g, Y = y, X = isPrivate ? last : null };
        return true;
    }
}
