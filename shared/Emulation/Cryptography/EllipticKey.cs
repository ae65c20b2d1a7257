using System.Security.Cryptography;

namespace PortableVirt.Emulation.Cryptography;

/// <summary>A key on the curves NIST P-256 and P-384, for ECDSA and ECDH alike.</summary>
internal sealed class EllipticKey : AsymmetricKey
{
    private readonly KeyAlgorithm _algorithm;
    private readonly bool _hasPrivate;
    private readonly ECDsa? _signing;
    private readonly ECDiffieHellman? _agreeing;

    private EllipticKey(KeyAlgorithm algorithm, ECParameters? parameters, bool hasPrivate)
    {
        _algorithm = algorithm;
        _hasPrivate = hasPrivate;
        ECCurve curve = Curve(algorithm);
        if (IsSigning(algorithm))
        {
            _signing = parameters is { } given ? ECDsa.Create(given) : ECDsa.Create(curve);
        }
        else
        {
            _agreeing = parameters is { } given ? ECDiffieHellman.Create(given) : ECDiffieHellman.Create(curve);
        }
    }

    /// <inheritdoc/>
    public override int SignatureLength => 2 * Size(_algorithm);

    /// <summary>Makes a pair.</summary>
    public static EllipticKey Generate(KeyAlgorithm algorithm) => new(algorithm, null, true);

    /// <summary>Reads BCRYPT_ECCKEY_BLOB { magic, length of a number } with x, y and, of a private key, d; null when the blob is not one for the curve.</summary>
    public static EllipticKey? Import(KeyAlgorithm algorithm, ReadOnlySpan<byte> blob, bool isPrivate)
    {
        BlobReader reader = new(blob);
        reader.TakeNumber();
        uint size = reader.TakeNumber();
        if (size != Size(algorithm))
        {
            return null;
        }
        ECParameters parameters = new() { Curve = Curve(algorithm), Q = new ECPoint { X = reader.Take(size), Y = reader.Take(size) } };
        if (isPrivate)
        {
            parameters.D = reader.Take(size);
        }
        return reader.IsShort ? null : new EllipticKey(algorithm, parameters, isPrivate);
    }

    /// <inheritdoc/>
    public override AsymmetricKey Copy() => new EllipticKey(_algorithm, Parameters(_hasPrivate), _hasPrivate);

    /// <inheritdoc/>
    public override NtStatus Export(BlobForm form, ReadOnlySpan<byte> seed, out byte[] blob)
    {
        blob = [];
        if (form is not (BlobForm.Public or BlobForm.Private))
        {
            return NtStatus.NotImplemented;
        }
        bool isPrivate = form == BlobForm.Private;
        if (isPrivate && !_hasPrivate)
        {
            return NtStatus.InvalidParameter;
        }
        int size = Size(_algorithm);
        ECParameters parameters = Parameters(isPrivate);
        BlobWriter writer = new BlobWriter().Number(Magic(_algorithm, isPrivate)).Number((uint)size).Padded(parameters.Q.X, size).Padded(parameters.Q.Y, size);
        blob = (isPrivate ? writer.Padded(parameters.D, size) : writer).ToArray();
        return NtStatus.Success;
    }

    /// <inheritdoc/>
    public override NtStatus Sign(ReadOnlySpan<byte> hash, SignaturePadding padding, out byte[] signature)
    {
        signature = [];
        if (_signing is null)
        {
            return NtStatus.NotSupported;
        }
        if (!_hasPrivate || hash.IsEmpty || padding.Kind == SignaturePaddingKind.Pss)
        {
            return NtStatus.InvalidParameter;
        }
        signature = _signing.SignHash(hash.ToArray());
        return NtStatus.Success;
    }

    /// <inheritdoc/>
    public override NtStatus Verify(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature, SignaturePadding padding) =>
        _signing is null ? NtStatus.NotSupported : _signing.VerifyHash(hash, signature) ? NtStatus.Success : NtStatus.InvalidSignature;

    /// <summary>The x coordinate that two sides agree on, big-endian; false when the keys do not fit each other or there is no private one.</summary>
    public bool TryAgree(EllipticKey other, out byte[] secret)
    {
        secret = [];
        if (_agreeing is null || other._agreeing is null || !_hasPrivate || _algorithm != other._algorithm)
        {
            return false;
        }
        secret = _agreeing.DeriveRawSecretAgreement(other._agreeing.PublicKey);
        return true;
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        _signing?.Dispose();
        _agreeing?.Dispose();
    }

    private static bool IsSigning(KeyAlgorithm algorithm) => algorithm is KeyAlgorithm.EcdsaP256 or KeyAlgorithm.EcdsaP384;

    private static int Size(KeyAlgorithm algorithm) => algorithm is KeyAlgorithm.EcdsaP256 or KeyAlgorithm.EcdhP256 ? 32 : 48;

    private static ECCurve Curve(KeyAlgorithm algorithm) => Size(algorithm) == 32 ? ECCurve.NamedCurves.nistP256 : ECCurve.NamedCurves.nistP384;

    /// <summary>bcrypt.h: BCRYPT_ECDH_PUBLIC_P256_MAGIC "ECK1" to BCRYPT_ECDSA_PRIVATE_P384_MAGIC "ECS4".</summary>
    private static uint Magic(KeyAlgorithm algorithm, bool isPrivate) =>
        (IsSigning(algorithm) ? 0x30534345u : 0x304b4345u) + (((Size(algorithm) == 32 ? 1u : 3u) + (isPrivate ? 1u : 0u)) << 24);

    private ECParameters Parameters(bool isPrivate) => _signing?.ExportParameters(isPrivate) ?? _agreeing!.ExportParameters(isPrivate);
}
