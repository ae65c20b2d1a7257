using System.Security.Cryptography;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Cryptography;

/// <summary>
/// The symmetric part of <see cref="BcryptCalls"/>. A cipher begins at the first call that needs it, with the key and vector that the structure has
/// then, and lasts until the vector is set anew or the key is destroyed.
/// </summary>
internal static class SymmetricCalls
{
    private const int Chunk = 0x10000, TagLength = 16, MaximumVector = 4096;

    /// <summary>Answers the calls 2 to 7.</summary>
    public static NtStatus Call(NtThread t, uint code, GuestPointer arguments)
    {
        // key_symmetric_vector_reset and key_symmetric_destroy take the structure itself.
        if (code is 2 or 7)
        {
            return Reset(t, arguments);
        }
        Span<byte> bytes = stackalloc byte[36];
        int length = code is 4 or 5 ? 36 : 20;
        if (!t.Memory.TryRead(arguments, bytes[..length]))
        {
            return NtStatus.AccessViolation;
        }
        ParameterBlock block = new(bytes[..length]);
        if (code == 3 && block.Pointer(8).IsNull)
        {
            return NtStatus.Success;
        }
        NtStatus status = Find(t, block.Pointer(0), out SymmetricKey? key);
        if (key is null)
        {
            return status;
        }
        GuestPointer first = block.Pointer(8);
        uint count = block.Number(16);
        if (code == 3)
        {
            return key.Use(() => Authenticate(t, key, first, count));
        }
        if (code == 6)
        {
            return key.Use(() => GetTag(t, key, first, count));
        }
        GuestPointer output = block.Pointer(24);
        uint room = block.Number(32);
        return room < count || (!key.TakesAnyLength && count % (uint)key.BlockSize != 0)
            ? NtStatus.InternalError
            : key.Use(() => Transform(t, key, first, output, count, isEncryption: code == 4));
    }

    private static NtStatus Reset(NtThread t, GuestPointer address)
    {
        if (!GuestKey.TryRead(t.Memory, address, out GuestKey key))
        {
            return NtStatus.AccessViolation;
        }
        t.Process.UnixObjects.Close<SymmetricKey>(key.Object);
        return key.TrySetObject(t.Memory, 0) ? NtStatus.Success : NtStatus.AccessViolation;
    }

    /// <summary>The cipher of a structure, begun where there is none yet.</summary>
    private static NtStatus Find(NtThread t, GuestPointer address, out SymmetricKey? found)
    {
        found = null;
        if (!GuestKey.TryRead(t.Memory, address, out GuestKey key))
        {
            return NtStatus.AccessViolation;
        }
        if (t.Process.UnixObjects.TryGet(key.Object, out found))
        {
            return NtStatus.Success;
        }
        NtStatus status = Begin(t, key, out SymmetricKey? made);
        if (made is null)
        {
            return status;
        }
        if (!t.Process.UnixObjects.TryAdd(made, out ulong number))
        {
            return NtStatus.InsufficientResources;
        }
        if (!key.TrySetObject(t.Memory, number))
        {
            t.Process.UnixObjects.Close<SymmetricKey>(number);
            return NtStatus.AccessViolation;
        }
        found = made;
        return NtStatus.Success;
    }

    private static NtStatus Begin(NtThread t, GuestKey key, out SymmetricKey? made)
    {
        made = null;
        uint secretLength = key.SecretLength;
        bool isAes = key.Algorithm == KeyAlgorithm.Aes;
        if (isAes ? secretLength is not (16 or 24 or 32) : key.Algorithm != KeyAlgorithm.TripleDes || secretLength is not (16 or 24))
        {
            return NtStatus.NotSupported;
        }
        if (key.Mode is not (ChainMode.Cbc or ChainMode.Ecb or ChainMode.Cfb or ChainMode.Gcm) || (key.Mode == ChainMode.Gcm && !isAes))
        {
            return NtStatus.NotSupported;
        }
        byte[] secret = new byte[secretLength];
        uint vectorLength = key.Vector.IsNull ? 0 : key.VectorLength;
        if (vectorLength > MaximumVector)
        {
            return NtStatus.InvalidParameter;
        }
        byte[] vector = new byte[vectorLength];
        if (!t.Memory.TryRead(key.Secret, secret) || !t.Memory.TryRead(key.Vector, vector))
        {
            return NtStatus.AccessViolation;
        }
        int blockSize = isAes ? 16 : 8;
        if (key.Mode == ChainMode.Gcm ? vectorLength == 0 : vectorLength != 0 && vectorLength != (uint)blockSize)
        {
            return NtStatus.InvalidParameter;
        }
        SymmetricAlgorithm algorithm = isAes ? Aes.Create() : TripleDES.Create();
        try
        {
            algorithm.Key = secret;
        }
        catch (CryptographicException)
        {
            // Triple DES with two equal keys, which the framework refuses.
            algorithm.Dispose();
            return NtStatus.InvalidParameter;
        }
        made = key.Mode == ChainMode.Gcm ? new GaloisKey((Aes)algorithm, vector) : new BlockKey(algorithm, key.Mode, vectorLength == 0 ? new byte[blockSize] : vector);
        return NtStatus.Success;
    }

    private static NtStatus Authenticate(NtThread t, SymmetricKey key, GuestPointer data, uint length)
    {
        byte[] buffer = new byte[Math.Min(length, Chunk)];
        while (length != 0)
        {
            int count = (int)Math.Min(length, Chunk);
            if (!t.Memory.TryRead(data, buffer.AsSpan(0, count)))
            {
                return NtStatus.AccessViolation;
            }
            if (!key.TryAuthenticate(buffer.AsSpan(0, count)))
            {
                return NtStatus.InternalError;
            }
            data += count;
            length -= (uint)count;
        }
        return NtStatus.Success;
    }

    private static NtStatus GetTag(NtThread t, SymmetricKey key, GuestPointer target, uint length)
    {
        if (length > TagLength)
        {
            return NtStatus.InvalidParameter;
        }
        Span<byte> tag = stackalloc byte[(int)length];
        return !key.TryGetTag(tag) ? NtStatus.InternalError : t.Memory.TryWrite(target, tag) ? NtStatus.Success : NtStatus.AccessViolation;
    }

    private static NtStatus Transform(NtThread t, SymmetricKey key, GuestPointer input, GuestPointer output, uint length, bool isEncryption)
    {
        byte[] from = new byte[Math.Min(length, Chunk)], to = new byte[from.Length];
        while (length != 0)
        {
            int count = (int)Math.Min(length, Chunk);
            if (!t.Memory.TryRead(input, from.AsSpan(0, count)))
            {
                return NtStatus.AccessViolation;
            }
            if (isEncryption)
            {
                key.Encrypt(from.AsSpan(0, count), to.AsSpan(0, count));
            }
            else
            {
                key.Decrypt(from.AsSpan(0, count), to.AsSpan(0, count));
            }
            if (!t.Memory.TryWrite(output, to.AsSpan(0, count)))
            {
                return NtStatus.AccessViolation;
            }
            input += count;
            output += count;
            length -= (uint)count;
        }
        return NtStatus.Success;
    }
}
