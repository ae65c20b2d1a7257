using System.Security.Cryptography;

namespace PortableVirt.Emulation.Cryptography;

/// <summary>A DSA key.</summary>
internal sealed class DsaKey : AsymmetricKey
{
    private const int HashLength = 20;
    private readonly DSA _dsa;
    private readonly bool _hasPrivate;

    private DsaKey(DSA dsa, bool hasPrivate)
    {
        _dsa = dsa;
        _hasPrivate = hasPrivate;
    }

    /// <inheritdoc/>
    public override int SignatureLength => 2 * HashLength;

    /// <summary>Makes a pair; null for a length that is not 512 to 1024 bits in steps of 64.</summary>
    public static DsaKey? Generate(uint bits)
    {
        if (bits is < 512 or > 1024 || bits % 64 != 0)
        {
            return null;
        }
        DSA dsa = DSA.Create((int)bits);
        dsa.ExportParameters(false);
        return new DsaKey(dsa, true);
    }

    /// <summary>Takes the numbers of a blob.</summary>
    public static DsaKey From(DSAParameters parameters) => new(DSA.Create(parameters), parameters.X is not null);

    /// <inheritdoc/>
    public override AsymmetricKey Copy() => From(_dsa.ExportParameters(_hasPrivate));

    /// <inheritdoc/>
    public override NtStatus Export(BlobForm form, ReadOnlySpan<byte> seed, out byte[] blob)
    {
        blob = [];
        bool isPrivate = form is BlobForm.Private or BlobForm.LegacyPrivate;
        return isPrivate && !_hasPrivate ? NtStatus.InvalidParameter
            : DsaBlob.TryWrite(_dsa.ExportParameters(isPrivate), form, seed, out blob) ? NtStatus.Success
            : NtStatus.NotSupported;
    }

    /// <inheritdoc/>
    public override NtStatus Sign(ReadOnlySpan<byte> hash, SignaturePadding padding, out byte[] signature)
    {
        signature = [];
        if (!_hasPrivate || hash.Length != HashLength)
        {
            return NtStatus.InvalidParameter;
        }
        signature = _dsa.CreateSignature(hash.ToArray());
        return NtStatus.Success;
    }

    /// <inheritdoc/>
    public override NtStatus Verify(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature, SignaturePadding padding) =>
        hash.Length != HashLength ? NtStatus.InvalidParameter
            : _dsa.VerifySignature(hash, signature) ? NtStatus.Success
            : NtStatus.InvalidSignature;

    /// <inheritdoc/>
    protected override void Release() => _dsa.Dispose();
}
