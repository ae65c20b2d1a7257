using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace PortableVirt.Emulation.Security;

/// <summary>
/// A security identifier ([MS-DTYP] 2.4.2): revision 1, up to 15 sub-authorities, a 48-bit authority. Immutable; compares by value.
/// </summary>
public sealed class Sid : IEquatable<Sid>
{
    /// <summary>Longest SID in bytes.</summary>
    public const int MaximumLength = 8 + (15 * 4);

    private readonly byte[] _bytes;

    private Sid(byte[] bytes) => _bytes = bytes;

    /// <summary>The binary form: 8 + 4 * sub-authorities bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Length of the binary form.</summary>
    public int Length => _bytes.Length;

    /// <summary>Last sub-authority (the RID), or 0 when there is none.</summary>
    public uint RelativeId => _bytes.Length > 8 ? BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(_bytes.Length - 4)) : 0;

    /// <summary>Parses the text form, e.g. "S-1-5-32-545"; for constants and policy, not for guests.</summary>
    public static Sid Parse(string text)
    {
        string[] parts = text.Split('-');
        byte[] bytes = new byte[8 + ((parts.Length - 3) * 4)];
        bytes[0] = 1;
        bytes[1] = (byte)(parts.Length - 3);
        BinaryPrimitives.WriteUInt64BigEndian(bytes, BinaryPrimitives.ReadUInt64BigEndian(bytes) | ulong.Parse(parts[2], CultureInfo.InvariantCulture));
        for (int i = 3; i < parts.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8 + ((i - 3) * 4)), uint.Parse(parts[i], CultureInfo.InvariantCulture));
        }
        return new Sid(bytes);
    }

    /// <summary>Takes the SID at the start of <paramref name="data"/>; false when it is malformed or cut off.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, [NotNullWhen(true)] out Sid? sid)
    {
        sid = null;
        if (data.Length < 8 || data[0] != 1 || data[1] > 15 || data.Length < 8 + (data[1] * 4))
        {
            return false;
        }
        sid = new Sid(data[..(8 + (data[1] * 4))].ToArray());
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(Sid? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Sid);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode code = default;
        code.AddBytes(_bytes);
        return code.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"S-1-{BinaryPrimitives.ReadUInt64BigEndian(_bytes) & 0xffffffffffff}");
        for (int i = 8; i < _bytes.Length; i += 4)
        {
            text += string.Create(CultureInfo.InvariantCulture, $"-{BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(i))}");
        }
        return text;
    }
}
