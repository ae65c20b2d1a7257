using System.Globalization;
using System.Numerics;

namespace PortableVirt.Appliance.Format;

/// <summary>
/// Verifies ECDSA signatures on NIST P-256 (FIPS 186-5, section 6.4.2; curve: SP 800-186, 3.2.1.3). .NET's own needs OpenSSL's libraries, which a computer
/// that only runs packages need not have. It handles no secrets, so that its time may depend on its inputs; signing is left to .NET. Compared with .NET's
/// in the tests.
/// </summary>
public static class P256
{
    private const int Size = 32;

    private static readonly BigInteger s_prime = Hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    private static readonly BigInteger s_order = Hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    private static readonly BigInteger s_b = Hex("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");
    private static readonly BigInteger s_baseX = Hex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296");
    private static readonly BigInteger s_baseY = Hex("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5");

    /// <summary>True when a signature is the key's signature of a hash.</summary>
    /// <param name="key">X and Y of the public point, big-endian, 32 bytes each.</param>
    /// <param name="hash">SHA-256 of the message, 32 bytes.</param>
    /// <param name="signature">r and s, big-endian, 32 bytes each.</param>
    public static bool Verify(ReadOnlySpan<byte> key, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
    {
        if (!IsKey(key) || hash.Length != Size || signature.Length != 2 * Size)
        {
            return false;
        }
        BigInteger r = Number(signature[..Size]);
        BigInteger s = Number(signature[Size..]);
        if (r.IsZero || s.IsZero || r >= s_order || s >= s_order)
        {
            return false;
        }
        BigInteger inverse = BigInteger.ModPow(s, s_order - 2, s_order);
        BigInteger u1 = Number(hash) * inverse % s_order;
        BigInteger u2 = r * inverse % s_order;
        Point sum = Combine(u1, new Point(s_baseX, s_baseY, 1), u2, new Point(Number(key[..Size]), Number(key[Size..]), 1));
        if (sum.Z.IsZero)
        {
            return false;
        }
        BigInteger z = BigInteger.ModPow(sum.Z, s_prime - 2, s_prime);
        return Mod(sum.X * z * z) % s_order == r;
    }

    /// <summary>True for the bytes of a point on the curve.</summary>
    public static bool IsKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != 2 * Size)
        {
            return false;
        }
        BigInteger x = Number(key[..Size]);
        BigInteger y = Number(key[Size..]);
        return x < s_prime && y < s_prime && Mod((y * y) - (x * x * x) + (3 * x) - s_b).IsZero;
    }

    /// <summary>a*A + b*B by bits from the top, both at once (Shamir's trick).</summary>
    private static Point Combine(BigInteger a, Point pointA, BigInteger b, Point pointB)
    {
        Point both = Add(pointA, pointB);
        Point sum = new(1, 1, 0);
        for (int bit = (Size * 8) - 1; bit >= 0; bit--)
        {
            sum = Double(sum);
            bool hasA = !((a >> bit) & 1).IsZero;
            bool hasB = !((b >> bit) & 1).IsZero;
            if (hasA || hasB)
            {
                sum = Add(sum, hasA && hasB ? both : hasA ? pointA : pointB);
            }
        }
        return sum;
    }

    /// <summary>Doubling in Jacobian coordinates for a = -3 (Explicit-Formulas Database, dbl-2001-b). Z = 0 is the point at infinity.</summary>
    private static Point Double(Point p)
    {
        if (p.Z.IsZero)
        {
            return p;
        }
        BigInteger delta = Mod(p.Z * p.Z);
        BigInteger gamma = Mod(p.Y * p.Y);
        BigInteger beta = Mod(p.X * gamma);
        BigInteger alpha = Mod(3 * (p.X - delta) * (p.X + delta));
        BigInteger x = Mod((alpha * alpha) - (8 * beta));
        BigInteger sum = p.Y + p.Z;
        return new Point(x, Mod((alpha * ((4 * beta) - x)) - (8 * gamma * gamma)), Mod((sum * sum) - gamma - delta));
    }

    /// <summary>Addition in Jacobian coordinates (Explicit-Formulas Database, add-2007-bl).</summary>
    private static Point Add(Point p, Point q)
    {
        if (p.Z.IsZero || q.Z.IsZero)
        {
            return p.Z.IsZero ? q : p;
        }
        BigInteger z1 = Mod(p.Z * p.Z);
        BigInteger z2 = Mod(q.Z * q.Z);
        BigInteger u1 = Mod(p.X * z2);
        BigInteger s1 = Mod(p.Y * q.Z * z2);
        BigInteger h = Mod((q.X * z1) - u1);
        BigInteger difference = Mod((q.Y * p.Z * z1) - s1);
        if (h.IsZero)
        {
            return difference.IsZero ? Double(p) : new Point(1, 1, 0);
        }
        BigInteger i = Mod(4 * h * h);
        BigInteger j = Mod(h * i);
        BigInteger r = 2 * difference;
        BigInteger v = Mod(u1 * i);
        BigInteger x = Mod((r * r) - j - (2 * v));
        BigInteger sum = p.Z + q.Z;
        return new Point(x, Mod((r * (v - x)) - (2 * s1 * j)), Mod(((sum * sum) - z1 - z2) * h));
    }

    private static BigInteger Mod(BigInteger value)
    {
        BigInteger rest = value % s_prime;
        return rest.Sign < 0 ? rest + s_prime : rest;
    }

    private static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static BigInteger Hex(string digits) => BigInteger.Parse("0" + digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private readonly record struct Point(BigInteger X, BigInteger Y, BigInteger Z);
}
