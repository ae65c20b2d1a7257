using System.Globalization;

namespace PortableVirt.Appliance.Format;

/// <summary>
/// The signature of a package's manifest, and so of all that the manifest has hashes of, as text, the second member of a signed package:
/// <code>
/// PortableVirt Signature 1
/// ecdsa-p256-sha256 KEY SIGNATURE
/// </code>
/// Key: the point's X and Y (SEC 1 without the leading 04). Signature: r and s (IEEE P1363). All as lower-case hexadecimal, 64 bytes each.
/// </summary>
/// <param name="Key">64 bytes.</param>
/// <param name="Value">64 bytes.</param>
public sealed record PackageSignature(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value)
{
    /// <summary>Path of the member.</summary>
    public const string Path = "portablevirt/signature";

    /// <summary>Bytes of a key and of a signature.</summary>
    public const int PartLength = 64;

    private const string Header = "PortableVirt Signature ";
    private const string Algorithm = "ecdsa-p256-sha256";

    /// <summary>The text.</summary>
    public string Write() => string.Create(CultureInfo.InvariantCulture, $"{Header}1\n{Algorithm} {Convert.ToHexStringLower(Key.Span)} {Convert.ToHexStringLower(Value.Span)}\n");

    /// <summary>Reads the text.</summary>
    /// <exception cref="PackageException">It is damaged or of a newer format.</exception>
    public static PackageSignature Read(string text)
    {
        string[] lines = text.Split('\n');
        string[] words = lines.Length == 3 && lines[2].Length == 0 ? lines[1].Split(' ') : [];
        if (lines[0].StartsWith(Header, StringComparison.Ordinal) && (lines[0] != Header + "1" || (words.Length > 0 && words[0] != Algorithm)))
        {
            throw new PackageException("the package has a signature of a kind that this program does not know: use the PortableVirt that made it");
        }
        return words.Length == 3 && lines[0] == Header + "1" && TryHex(words[1], out byte[] key) && TryHex(words[2], out byte[] value)
            ? new PackageSignature(key, value)
            : throw PackageReader.Damaged("its signature");
    }

    /// <summary>True when it is the key's signature of these bytes.</summary>
    public bool Verifies(ReadOnlySpan<byte> text) => P256.Verify(Key.Span, Convert.FromHexString(Sha256.HexOf(text)), Value.Span);

    private static bool TryHex(string text, out byte[] bytes)
    {
        bytes = [];
        if (text.Length != PartLength * 2 || text.AsSpan().IndexOfAnyExcept("0123456789abcdef") >= 0)
        {
            return false;
        }
        bytes = Convert.FromHexString(text);
        return true;
    }
}
