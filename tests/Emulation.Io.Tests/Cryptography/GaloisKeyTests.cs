using System.Security.Cryptography;
using PortableVirt.Emulation.Cryptography;

namespace PortableVirt.Emulation.Io.Tests.Cryptography;

/// <summary>Galois counter mode in pieces against the framework's, which takes whole messages.</summary>
public sealed class GaloisKeyTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 5)]
    [InlineData(16, 16)]
    [InlineData(1000, 33)]
    [InlineData(70000, 4097)]
    public void PiecesGiveTheSameAsTheWhole(int length, int moreLength)
    {
        byte[] key = RandomNumberGenerator.GetBytes(32), nonce = RandomNumberGenerator.GetBytes(12), plain = RandomNumberGenerator.GetBytes(length), more = RandomNumberGenerator.GetBytes(moreLength);
        byte[] expected = new byte[length], expectedTag = new byte[16];
        using (AesGcm whole = new(key, 16))
        {
            whole.Encrypt(nonce, plain, expected, expectedTag, more);
        }
        Aes aes = Aes.Create();
        aes.Key = key;
        GaloisKey pieces = new(aes, nonce);
        foreach (byte[] piece in more.Chunk(7))
        {
            Assert.True(pieces.TryAuthenticate(piece));
        }
        byte[] cipher = new byte[length];
        int position = 0;
        foreach (byte[] piece in plain.Chunk(1001))
        {
            pieces.Encrypt(piece, cipher.AsSpan(position, piece.Length));
            position += piece.Length;
        }
        byte[] tag = new byte[16];
        Assert.True(pieces.TryGetTag(tag));
        Assert.Equal(expected, cipher);
        Assert.Equal(expectedTag, tag);
        Assert.Equal(length == 0, pieces.TryAuthenticate(more));
        pieces.Close();
    }

    [Fact]
    public void NumbersOfClosedObjectsFindNothing()
    {
        UnixObjectTable table = new();
        Assert.True(table.TryAdd(new SharedSecret([1]), out ulong first));
        Assert.True(table.TryGet(first, out SharedSecret? found));
        Assert.False(table.TryGet(first, out SymmetricKey? _));
        Assert.False(table.Close<SymmetricKey>(first));
        Assert.True(table.Close<SharedSecret>(first));
        Assert.False(table.TryGet(first, out SharedSecret? _));
        Assert.Equal(NtStatus.InvalidHandle, found.Use(() => NtStatus.Success));
        for (int i = 0; i < UnixObjectTable.MaximumCount; i++)
        {
            Assert.True(table.TryAdd(new SharedSecret([1]), out ulong next));
            Assert.NotEqual(first, next);
        }
        Assert.False(table.TryAdd(new SharedSecret([1]), out _));
        table.CloseAll();
        Assert.True(table.TryAdd(new SharedSecret([1]), out _));
    }

    [Fact]
    public void OnlyCertificatesOfABundleAreTaken()
    {
        const string text = "words\n-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\n-----BEGIN X509 CRL-----\nBAUG\n-----END X509 CRL-----\n"
            + "-----BEGIN CERTIFICATE-----\nBw==\n-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n";
        Assert.Equal([[1, 2, 3], [7]], RootCertificates.Parse(text));
    }
}
