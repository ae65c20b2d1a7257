using System.Numerics;

namespace PortableVirt.Emulation.Cryptography;

/// <summary>
/// Whole numbers of keys. Not in constant time: used for keys that a program hands over in the clear, whose time only that program's own calls take.
/// </summary>
internal static class Arithmetic
{
    /// <summary>The number that times <paramref name="value"/> leaves 1; false when there is none.</summary>
    public static bool TryInvert(BigInteger value, BigInteger modulus, out BigInteger inverse)
    {
        inverse = BigInteger.Zero;
        if (modulus <= BigInteger.One)
        {
            return false;
        }
        BigInteger previous = modulus, current = value % modulus, previousFactor = BigInteger.Zero, factor = BigInteger.One;
        while (!current.IsZero)
        {
            BigInteger quotient = BigInteger.DivRem(previous, current, out BigInteger remainder);
            (previous, current) = (current, remainder);
            (previousFactor, factor) = (factor, previousFactor - (quotient * factor));
        }
        inverse = previousFactor.Sign < 0 ? previousFactor + modulus : previousFactor;
        return previous.IsOne;
    }

    /// <summary>Big-endian bytes with zeros before them up to a length.</summary>
    public static byte[] Bytes(BigInteger value, int length) => BlobWriter.Pad(value.ToByteArray(isUnsigned: true, isBigEndian: true), length);
}
