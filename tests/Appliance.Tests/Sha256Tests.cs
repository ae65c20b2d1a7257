using System.Security.Cryptography;
using PortableVirt.Appliance.Format;

namespace PortableVirt.Appliance.Tests;

public sealed class Sha256Tests
{
    [Fact]
    public void AgreesWithTheFrameworkForEveryLengthAndPartition()
    {
        Random random = new(1);
        byte[] data = new byte[300];
        random.NextBytes(data);
        for (int length = 0; length <= data.Length; length++)
        {
            string expected = Convert.ToHexStringLower(SHA256.HashData(data.AsSpan(0, length)));
            Assert.Equal(expected, Sha256.HexOf(data.AsSpan(0, length)));
            Sha256 hash = new();
            for (int at = 0; at < length;)
            {
                int part = Math.Min(length - at, random.Next(0, 100));
                hash.Add(data.AsSpan(at, part));
                at += part;
            }
            Assert.Equal(expected, hash.Finish());
        }
    }
}
