using System.Security.Cryptography;
using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Cryptography;

/// <summary>The padding of a signature as bcrypt.h's flags and structures give it.</summary>
/// <param name="Kind">Which one.</param>
/// <param name="Hash">The hash whose value is signed; null where the padding names none.</param>
/// <param name="SaltLength">PSS: bytes of salt.</param>
internal readonly record struct SignaturePadding(SignaturePaddingKind Kind, HashAlgorithmName? Hash, uint SaltLength)
{
    private const uint Pkcs1Flag = 2, PssFlag = 8;
    private const int MaximumName = 16;

    /// <summary>
    /// Reads { const WCHAR *algorithm; ULONG salt }. <see cref="NtStatus.InvalidParameter"/> without the structure that the flags ask for,
    /// <see cref="NtStatus.NotSupported"/> for a hash that is not known.
    /// </summary>
    public static NtStatus Read(GuestAccessor memory, uint flags, GuestPointer pointer, out SignaturePadding padding)
    {
        padding = default;
        if (flags == 0)
        {
            return NtStatus.Success;
        }
        if (flags is not (Pkcs1Flag or PssFlag))
        {
            return NtStatus.NotImplemented;
        }
        if (pointer.IsNull)
        {
            return NtStatus.InvalidParameter;
        }
        uint salt = 0;
        if (!memory.TryRead(pointer, out ulong name) || (flags == PssFlag && !memory.TryRead(pointer + sizeof(ulong), out salt)))
        {
            return NtStatus.AccessViolation;
        }
        HashAlgorithmName? hash = null;
        if (name != 0)
        {
            NtStatus status = ReadName(memory, new GuestPointer(name), out hash);
            if (!status.IsSuccess)
            {
                return status;
            }
        }
        else if (flags == PssFlag)
        {
            return NtStatus.InvalidParameter;
        }
        padding = new SignaturePadding(flags == PssFlag ? SignaturePaddingKind.Pss : SignaturePaddingKind.Pkcs1, hash, salt);
        return NtStatus.Success;
    }

    /// <summary>Reads the name of a hash; <see cref="NtStatus.NotSupported"/> for one that is not known.</summary>
    public static NtStatus ReadName(GuestAccessor memory, GuestPointer pointer, out HashAlgorithmName? hash)
    {
        hash = null;
        if (!GuestText.TryRead(memory, pointer, MaximumName, out string name))
        {
            return memory.CanRead(pointer, MaximumName * sizeof(char)) ? NtStatus.NotSupported : NtStatus.AccessViolation;
        }
        hash = name switch
        {
            "MD5" => HashAlgorithmName.MD5,
            "SHA1" => HashAlgorithmName.SHA1,
            "SHA256" => HashAlgorithmName.SHA256,
            "SHA384" => HashAlgorithmName.SHA384,
            "SHA512" => HashAlgorithmName.SHA512,
            _ => null,
        };
        return hash is null ? NtStatus.NotSupported : NtStatus.Success;
    }
}
