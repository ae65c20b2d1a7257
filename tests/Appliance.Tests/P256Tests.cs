using System.Security.Cryptography;
using PortableVirt.Appliance.Format;

namespace PortableVirt.Appliance.Tests;

/// <summary>Our verification beside .NET's (OpenSSL's).</summary>
public sealed class P256Tests
{
    private const int Seeds = 40;

    /// <summary>The group's order.</summary>
    private static readonly byte[] s_order = Convert.FromHexString("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

    [Fact]
    public void AgreesWithTheFramework()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            Random random = new(seed);
            using ECDsa ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            byte[] key = KeyOf(ecdsa);
            byte[] hash = new byte[32];
            random.NextBytes(hash);
            byte[] signature = ecdsa.SignHash(hash);
            Assert.True(P256.IsKey(key));
            Assert.True(P256.Verify(key, hash, signature));
            foreach (byte[] part in (byte[][])[key, hash, signature])
            {
                int at = random.Next(part.Length);
                part[at] ^= (byte)(1 << random.Next(8));
                Assert.False(P256.Verify(key, hash, signature), $"seed {seed}");
                Assert.False(part == signature && ecdsa.VerifyHash(hash, signature));
                part[at] ^= 0xff;
                Assert.False(P256.Verify(key, hash, signature), $"seed {seed}");
                Array.Reverse(part);
                Assert.False(P256.Verify(key, hash, signature), $"seed {seed}");
            }
        }
    }

    [Fact]
    public void NumbersOutsideOfTheGroupAreRefused()
    {
        using ECDsa ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] key = KeyOf(ecdsa);
        byte[] hash = new byte[32];
        byte[] signature = ecdsa.SignHash(hash);
        Assert.True(P256.Verify(key, hash, signature));
        Assert.False(P256.Verify(key, hash, new byte[64]));
        Assert.False(P256.Verify(key, hash, [.. s_order, .. signature[32..]]));
        Assert.False(P256.Verify(key, hash, [.. signature[..32], .. s_order]));
        Assert.False(P256.Verify(key, hash, [.. new byte[32], .. signature[32..]]));
        Assert.False(P256.Verify(key, hash, [.. signature[..32], .. new byte[32]]));
        Assert.False(P256.Verify(key, hash, signature[..63]));
        Assert.False(P256.Verify(new byte[64], hash, signature));
        Assert.False(P256.Verify(key[..63], hash, signature));
        Assert.False(P256.Verify(key, hash[..31], signature));
    }

    private static byte[] KeyOf(ECDsa ecdsa)
    {
        ECPoint point = ecdsa.ExportParameters(false).Q;
        return [.. point.X!, .. point.Y!];
    }
}
