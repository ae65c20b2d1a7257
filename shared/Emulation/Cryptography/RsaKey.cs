using System.Numerics;
using System.Security.Cryptography;

namespace PortableVirt.Emulation.Cryptography;

/// <summary>An RSA key.</summary>
internal sealed class RsaKey : AsymmetricKey
{
    private const uint PublicMagic = 0x31415352, PrivateMagic = 0x32415352, FullPrivateMagic = 0x33415352;
    private const int MinimumBits = 512, MaximumBits = 16384;
    private readonly RSA _rsa;
    private readonly bool _hasPrivate;

    private RsaKey(RSA rsa, bool hasPrivate)
    {
        _rsa = rsa;
        _hasPrivate = hasPrivate;
    }

    /// <inheritdoc/>
    public override int SignatureLength => (_rsa.KeySize + 7) / 8;

    /// <summary>Makes a pair; null for a length that RSA keys do not have.</summary>
    public static RsaKey? Generate(uint bits)
    {
        if (bits is < MinimumBits or > MaximumBits || bits % 8 != 0)
        {
            return null;
        }
        RSA rsa = RSA.Create((int)bits);
        rsa.ExportParameters(false);
        return new RsaKey(rsa, true);
    }

    /// <summary>
    /// Reads BCRYPT_RSAKEY_BLOB { magic, bits, length of exponent, of modulus, of the primes } and the numbers behind it, the primes for a private
    /// key; null when the blob is not one.
    /// </summary>
    public static RsaKey? Import(ReadOnlySpan<byte> blob, bool isPrivate)
    {
        BlobReader reader = new(blob);
        reader.TakeNumber();
        reader.TakeNumber();
        uint exponentLength = reader.TakeNumber(), modulusLength = reader.TakeNumber(), firstLength = reader.TakeNumber(), secondLength = reader.TakeNumber();
        RSAParameters parameters = new() { Exponent = reader.Take(exponentLength), Modulus = reader.Take(modulusLength) };
        if (isPrivate)
        {
            byte[] first = reader.Take(firstLength), second = reader.Take(secondLength);
            if (reader.IsShort || !TryComplete(ref parameters, Value(first), Value(second)))
            {
                return null;
            }
        }
        return reader.IsShort || modulusLength is 0 or > MaximumBits / 8 || exponentLength == 0 ? null : From(parameters, isPrivate);
    }

    /// <summary>Reads an RSA key from the parts that CryptoAPI's PRIVATEKEYBLOB holds; null when it does not fit.</summary>
    public static RSA? ImportLegacyPrivate(ReadOnlySpan<byte> blob)
    {
        const int headerLength = 8;
        BlobReader reader = new(blob);
        reader.Take(headerLength);
        reader.TakeNumber();
        uint bits = reader.TakeNumber();
        byte[] exponent = reader.TakeReversed(sizeof(uint));
        if (bits is < MinimumBits or > MaximumBits || bits % 16 != 0)
        {
            return null;
        }
        RSAParameters parameters = new() { Exponent = exponent.AsSpan().TrimStart((byte)0).ToArray(), Modulus = reader.TakeReversed(bits / 8) };
        byte[] first = reader.TakeReversed(bits / 16), second = reader.TakeReversed(bits / 16);
        return reader.IsShort || !TryComplete(ref parameters, Value(first), Value(second)) ? null : RSA.Create(parameters);
    }

    /// <summary>An RSA key as CryptoAPI's PRIVATEKEYBLOB.</summary>
    /// <param name="key">The key.</param>
    /// <param name="algorithm">CALG_RSA_KEYX or CALG_RSA_SIGN.</param>
    public static byte[] ExportLegacyPrivate(RSA key, uint algorithm)
    {
        const uint blobHeader = 0x0207;
        RSAParameters p = key.ExportParameters(true);
        int size = p.Modulus!.Length, half = size / 2;
        return new BlobWriter().Number(blobHeader).Number(algorithm).Number(PrivateMagic).Number((uint)size * 8).Reversed(p.Exponent, sizeof(uint)).Reversed(p.Modulus, size)
            .Reversed(p.P, half).Reversed(p.Q, half).Reversed(p.DP, half).Reversed(p.DQ, half).Reversed(p.InverseQ, half).Reversed(p.D, size).ToArray();
    }

    /// <inheritdoc/>
    public override AsymmetricKey Copy() => From(_rsa.ExportParameters(_hasPrivate), _hasPrivate);

    /// <inheritdoc/>
    public override NtStatus Export(BlobForm form, ReadOnlySpan<byte> seed, out byte[] blob)
    {
        blob = [];
        if (form is BlobForm.LegacyPublic or BlobForm.LegacyPrivate)
        {
            return NtStatus.NotImplemented;
        }
        bool isPrivate = form != BlobForm.Public, isFull = form == BlobForm.FullPrivate;
        if (isPrivate && !_hasPrivate)
        {
            return NtStatus.InvalidParameter;
        }
        RSAParameters p = _rsa.ExportParameters(isPrivate);
        int size = p.Modulus!.Length, half = (size + 1) / 2;
        BlobWriter writer = new BlobWriter().Number(isFull ? FullPrivateMagic : isPrivate ? PrivateMagic : PublicMagic).Number((uint)_rsa.KeySize).Number((uint)p.Exponent!.Length)
            .Number((uint)size).Number(isPrivate ? (uint)half : 0).Number(isPrivate ? (uint)half : 0).Bytes(p.Exponent).Bytes(p.Modulus);
        if (isPrivate)
        {
            writer.Padded(p.P, half).Padded(p.Q, half);
        }
        if (isFull)
        {
            writer.Padded(p.DP, half).Padded(p.DQ, half).Padded(p.InverseQ, half).Padded(p.D, size);
        }
        blob = writer.ToArray();
        return NtStatus.Success;
    }

    /// <inheritdoc/>
    public override NtStatus Sign(ReadOnlySpan<byte> hash, SignaturePadding padding, out byte[] signature)
    {
        signature = [];
        if (!_hasPrivate)
        {
            return NtStatus.InvalidParameter;
        }
        NtStatus status = Framework(padding, hash.Length, out HashAlgorithmName name, out RSASignaturePadding? form);
        if (status.IsSuccess)
        {
            signature = _rsa.SignHash(hash.ToArray(), name, form!);
        }
        return status;
    }

    /// <inheritdoc/>
    public override NtStatus Verify(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature, SignaturePadding padding)
    {
        NtStatus status = Framework(padding, hash.Length, out HashAlgorithmName name, out RSASignaturePadding? form);
        return !status.IsSuccess ? status : _rsa.VerifyHash(hash, signature, name, form!) ? NtStatus.Success : NtStatus.InvalidSignature;
    }

    /// <inheritdoc/>
    public override NtStatus Encrypt(ReadOnlySpan<byte> plain, out byte[] cipher)
    {
        cipher = [];
        if (plain.Length > SignatureLength - 11)
        {
            return NtStatus.InvalidParameter;
        }
        cipher = _rsa.Encrypt(plain, RSAEncryptionPadding.Pkcs1);
        return NtStatus.Success;
    }

    /// <inheritdoc/>
    public override NtStatus Decrypt(ReadOnlySpan<byte> cipher, out byte[] plain)
    {
        plain = [];
        if (!_hasPrivate || cipher.Length != SignatureLength)
        {
            return NtStatus.InvalidParameter;
        }
        plain = _rsa.Decrypt(cipher, RSAEncryptionPadding.Pkcs1);
        return NtStatus.Success;
    }

    /// <inheritdoc/>
    protected override void Release() => _rsa.Dispose();

    private static RsaKey From(RSAParameters parameters, bool hasPrivate) => new(RSA.Create(parameters), hasPrivate);

    /// <summary>The framework signs hashes that have a name, and PSS with as much salt as the hash has bytes.</summary>
    private static NtStatus Framework(SignaturePadding padding, int hashLength, out HashAlgorithmName name, out RSASignaturePadding? form)
    {
        name = padding.Hash ?? default;
        form = padding.Kind == SignaturePaddingKind.Pss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
        return padding.Kind == SignaturePaddingKind.None ? NtStatus.InvalidParameter
            : padding.Hash is null ? NtStatus.NotSupported
            : HashLength(padding.Hash.Value) != hashLength ? NtStatus.InvalidParameter
            : padding.Kind == SignaturePaddingKind.Pss && padding.SaltLength != hashLength ? NtStatus.NotSupported
            : NtStatus.Success;
    }

    private static int HashLength(HashAlgorithmName name) => name.Name switch
    {
        "MD5" => MD5.HashSizeInBytes,
        "SHA1" => SHA1.HashSizeInBytes,
        "SHA256" => SHA256.HashSizeInBytes,
        "SHA384" => SHA384.HashSizeInBytes,
        _ => SHA512.HashSizeInBytes,
    };

    /// <summary>Computes what a private key has besides modulus, exponent and primes; false when they do not belong together.</summary>
    private static bool TryComplete(ref RSAParameters parameters, BigInteger first, BigInteger second)
    {
        BigInteger modulus = Value(parameters.Modulus!), exponent = Value(parameters.Exponent!);
        if (first <= BigInteger.One || second <= BigInteger.One || first * second != modulus || modulus.GetBitLength() > MaximumBits
            || !Arithmetic.TryInvert(exponent, (first - 1) * (second - 1), out BigInteger secret) || !Arithmetic.TryInvert(second, first, out BigInteger inverse))
        {
            return false;
        }
        int size = (int)((modulus.GetBitLength() + 7) / 8), half = (size + 1) / 2;
        parameters.Modulus = Arithmetic.Bytes(modulus, size);
        parameters.P = Arithmetic.Bytes(first, half);
        parameters.Q = Arithmetic.Bytes(second, half);
        parameters.D = Arithmetic.Bytes(secret, size);
        parameters.DP = Arithmetic.Bytes(secret % (first - 1), half);
        parameters.DQ = Arithmetic.Bytes(secret % (second - 1), half);
        parameters.InverseQ = Arithmetic.Bytes(inverse, half);
        return parameters.P.Length == half && parameters.Q.Length == half;
    }

    private static BigInteger Value(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
}
