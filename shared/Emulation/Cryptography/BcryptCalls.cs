using System.Security.Cryptography;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Cryptography;

/// <summary>
/// The unix calls of libwine's bcrypt.dll: keys of its <c>struct key</c>. Numbers and layouts: enum key_funcs and the structures after it in the
/// debugging data of libwine 8.0's bcrypt.dll. Hashes and random numbers need none.
/// </summary>
internal static class BcryptCalls
{
    /// <summary>Longest blob, hash, signature and RSA text, in bytes.</summary>
    private const uint MaximumData = 0x10000;
    private const uint PublicFlag = 1, FullFlag = 2;

    /// <summary>Answers a call by its number.</summary>
    public static NtStatus Call(NtThread t, uint code, GuestPointer arguments)
    {
        // process_attach, process_detach
        if (code <= 1)
        {
            return NtStatus.Success;
        }
        if (code > 16)
        {
            return NtStatus.NotSupported;
        }
        if (!HostCryptography.IsAvailable)
        {
            t.Executive.Report.HostLacks(t, HostCryptography.Missing);
            return NtStatus.NotSupported;
        }
        try
        {
            return code <= 7 ? SymmetricCalls.Call(t, code, arguments) : Asymmetric(t, code, arguments);
        }
        catch (CryptographicException)
        {
            // The framework's word for keys and data that do not fit, as GnuTLS's error is for libwine.
            return NtStatus.InternalError;
        }
    }

    private static NtStatus Asymmetric(NtThread t, uint code, GuestPointer arguments)
    {
        if (code == 8)
        {
            return Generate(t, arguments);
        }
        if (code == 14)
        {
            return GuestKey.TryRead(t.Memory, arguments, out GuestKey ended) ? Destroy(t, ended) : NtStatus.AccessViolation;
        }
        Span<byte> bytes = stackalloc byte[64];
        int length = code switch { 9 or 10 or 13 => 48, 11 => 16, 12 => 60, 15 => 40, _ => 28 };
        if (!t.Memory.TryRead(arguments, bytes[..length]))
        {
            return NtStatus.AccessViolation;
        }
        ParameterBlock block = new(bytes[..length]);
        if (!GuestKey.TryRead(t.Memory, block.Pointer(0), out GuestKey key))
        {
            return NtStatus.AccessViolation;
        }
        if (code == 16)
        {
            return Import(t, key, block);
        }
        if (!t.Process.UnixObjects.TryGet(key.Object, out AsymmetricKey? found))
        {
            return NtStatus.InvalidHandle;
        }
        return code switch
        {
            9 => Transform(t, found, block, isEncryption: false),
            10 => Transform(t, found, block, isEncryption: true),
            11 => Duplicate(t, found, block.Pointer(8)),
            12 => Sign(t, found, block),
            13 => Verify(t, found, block),
            _ => Export(t, key, found, block),
        };
    }

    /// <summary>The structure itself is the argument.</summary>
    private static NtStatus Generate(NtThread t, GuestPointer address)
    {
        if (!GuestKey.TryRead(t.Memory, address, out GuestKey key))
        {
            return NtStatus.AccessViolation;
        }
        AsymmetricKey? made = key.Algorithm switch
        {
            KeyAlgorithm.Rsa or KeyAlgorithm.RsaSign => RsaKey.Generate(key.BitLength),
            KeyAlgorithm.EcdhP256 or KeyAlgorithm.EcdhP384 or KeyAlgorithm.EcdsaP256 or KeyAlgorithm.EcdsaP384 => EllipticKey.Generate(key.Algorithm),
            KeyAlgorithm.Dsa => DsaKey.Generate(key.BitLength),
            _ => null,
        };
        return made is null ? NtStatus.NotSupported : Attach(t, key, made);
    }

    /// <summary>{ key; ULONG flags; blob; ULONG length }.</summary>
    private static NtStatus Import(NtThread t, GuestKey key, ParameterBlock block)
    {
        bool isPrivate = (block.Number(8) & PublicFlag) == 0;
        if (!t.Memory.TryReadArray(block.Pointer(16), block.Number(24), (int)MaximumData, out byte[] blob))
        {
            return block.Number(24) > MaximumData ? NtStatus.InvalidParameter : NtStatus.AccessViolation;
        }
        AsymmetricKey? made = null;
        switch (key.Algorithm)
        {
            case KeyAlgorithm.Rsa or KeyAlgorithm.RsaSign:
                made = RsaKey.Import(blob, isPrivate);
                break;
            case KeyAlgorithm.EcdhP256 or KeyAlgorithm.EcdhP384 or KeyAlgorithm.EcdsaP256 or KeyAlgorithm.EcdsaP384:
                made = EllipticKey.Import(key.Algorithm, blob, isPrivate);
                break;
            case KeyAlgorithm.Dsa:
                if (DsaBlob.TryRead(blob, key.IsLegacy, isPrivate, out DSAParameters parameters, out byte[] seed))
                {
                    made = DsaKey.From(parameters);
                    if (!key.TrySetSeed(t.Memory, seed))
                    {
                        made.Close();
                        return NtStatus.AccessViolation;
                    }
                }
                break;
            default:
                return NtStatus.NotImplemented;
        }
        return made is null ? NtStatus.InvalidParameter : Attach(t, key, made);
    }

    /// <summary>The new key takes the place of one that the structure had.</summary>
    private static NtStatus Attach(NtThread t, GuestKey key, AsymmetricKey made)
    {
        if (!t.Process.UnixObjects.TryAdd(made, out ulong number))
        {
            return NtStatus.InsufficientResources;
        }
        if (!key.TrySetObject(t.Memory, number))
        {
            t.Process.UnixObjects.Close<AsymmetricKey>(number);
            return NtStatus.AccessViolation;
        }
        t.Process.UnixObjects.Close<AsymmetricKey>(key.Object);
        return NtStatus.Success;
    }

    private static NtStatus Destroy(NtThread t, GuestKey key)
    {
        t.Process.UnixObjects.Close<AsymmetricKey>(key.Object);
        return NtStatus.Success;
    }

    /// <summary>{ key; the copy's key }: the copy has no object yet.</summary>
    private static NtStatus Duplicate(NtThread t, AsymmetricKey key, GuestPointer target)
    {
        if (!GuestKey.TryRead(t.Memory, target, out GuestKey copy))
        {
            return NtStatus.AccessViolation;
        }
        AsymmetricKey? made = null;
        NtStatus status = key.Use(() =>
        {
            made = key.Copy();
            return NtStatus.Success;
        });
        if (!status.IsSuccess)
        {
            return status;
        }
        if (!t.Process.UnixObjects.TryAdd(made!, out ulong number))
        {
            return NtStatus.InsufficientResources;
        }
        if (!copy.TrySetObject(t.Memory, number))
        {
            t.Process.UnixObjects.Close<AsymmetricKey>(number);
            return NtStatus.AccessViolation;
        }
        return NtStatus.Success;
    }

    /// <summary>{ key; input; ULONG length; output; ULONG room; ULONG *written }.</summary>
    private static NtStatus Transform(NtThread t, AsymmetricKey key, ParameterBlock block, bool isEncryption)
    {
        byte[] result = [];
        if (block.Number(16) > MaximumData)
        {
            return NtStatus.InvalidParameter;
        }
        if (!t.Memory.TryReadArray(block.Pointer(8), block.Number(16), (int)MaximumData, out byte[] input))
        {
            return NtStatus.AccessViolation;
        }
        NtStatus status = key.Use(() => isEncryption ? key.Encrypt(input, out result) : key.Decrypt(input, out result));
        return status.IsSuccess ? Return(t, block.Pointer(24), block.Number(32), block.Pointer(40), result) : status;
    }

    /// <summary>{ key; padding; hash; ULONG length; output; ULONG room; ULONG *written; ULONG flags }; without output the length is asked for.</summary>
    private static NtStatus Sign(NtThread t, AsymmetricKey key, ParameterBlock block)
    {
        NtStatus status = SignaturePadding.Read(t.Memory, block.Number(56), block.Pointer(8), out SignaturePadding padding);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (block.Pointer(32).IsNull)
        {
            return t.Memory.TryWrite(block.Pointer(48), key.SignatureLength) ? NtStatus.Success : NtStatus.AccessViolation;
        }
        if (block.Number(24) > MaximumData)
        {
            return NtStatus.InvalidParameter;
        }
        if (!t.Memory.TryReadArray(block.Pointer(16), block.Number(24), (int)MaximumData, out byte[] hash))
        {
            return NtStatus.AccessViolation;
        }
        byte[] signature = [];
        status = key.Use(() => key.Sign(hash, padding, out signature));
        return status.IsSuccess ? Return(t, block.Pointer(32), block.Number(40), block.Pointer(48), signature) : status;
    }

    /// <summary>{ key; padding; hash; ULONG length; signature; ULONG length; ULONG flags }, the last at 44.</summary>
    private static NtStatus Verify(NtThread t, AsymmetricKey key, ParameterBlock block)
    {
        NtStatus status = SignaturePadding.Read(t.Memory, block.Number(44), block.Pointer(8), out SignaturePadding padding);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (block.Number(24) > MaximumData || block.Number(40) > MaximumData)
        {
            return NtStatus.InvalidParameter;
        }
        return t.Memory.TryReadArray(block.Pointer(16), block.Number(24), (int)MaximumData, out byte[] hash)
            && t.Memory.TryReadArray(block.Pointer(32), block.Number(40), (int)MaximumData, out byte[] signature)
            ? key.Use(() => key.Verify(hash, signature, padding))
            : NtStatus.AccessViolation;
    }

    /// <summary>{ key; ULONG flags; output; ULONG room; ULONG *length }: too small a room is no error, the caller compares.</summary>
    private static NtStatus Export(NtThread t, GuestKey key, AsymmetricKey found, ParameterBlock block)
    {
        uint flags = block.Number(8);
        bool isPublic = (flags & PublicFlag) != 0, isLegacy = key.Algorithm == KeyAlgorithm.Dsa && key.IsLegacy;
        BlobForm form = isLegacy ? isPublic ? BlobForm.LegacyPublic : BlobForm.LegacyPrivate
            : isPublic ? BlobForm.Public
            : (flags & FullFlag) != 0 ? BlobForm.FullPrivate
            : BlobForm.Private;
        byte[] blob = [];
        NtStatus status = found.Use(() => found.Export(form, key.Seed, out blob));
        if (!status.IsSuccess)
        {
            return status;
        }
        bool fits = !block.Pointer(16).IsNull && block.Number(24) >= (uint)blob.Length;
        return t.Memory.TryWrite(block.Pointer(32), blob.Length) && (!fits || t.Memory.TryWrite(block.Pointer(16), blob)) ? NtStatus.Success : NtStatus.AccessViolation;
    }

    private static NtStatus Return(NtThread t, GuestPointer target, uint room, GuestPointer length, ReadOnlySpan<byte> result)
    {
        if (!t.Memory.TryWrite(length, result.Length))
        {
            return NtStatus.AccessViolation;
        }
        return target.IsNull ? NtStatus.Success
            : room < (uint)result.Length ? NtStatus.BufferTooSmall
            : t.Memory.TryWrite(target, result) ? NtStatus.Success
            : NtStatus.AccessViolation;
    }
}
