using System.Security.Cryptography;
using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Cryptography;

/// <summary>The parameters of BCryptDeriveKey.</summary>
/// <param name="Hash">KDF_HASH_ALGORITHM; SHA-1 where none is given.</param>
/// <param name="Before">KDF_SECRET_PREPEND, one after the other.</param>
/// <param name="Behind">KDF_SECRET_APPEND, one after the other.</param>
/// <param name="Key">KDF_HMAC_KEY; null where none is given.</param>
internal sealed record SecretParameters(HashAlgorithmName Hash, byte[] Before, byte[] Behind, byte[]? Key)
{
    private const uint HashAlgorithm = 0, Prepend = 1, Append = 2, HmacKey = 3;

    /// <summary>Reads BCryptBufferDesc { ULONG version, count; BCryptBuffer { ULONG length, type; void *data } * }; a null pointer gives none.</summary>
    public static NtStatus Read(GuestAccessor memory, GuestPointer pointer, uint maximumCount, uint maximumLength, out SecretParameters parameters)
    {
        HashAlgorithmName hash = HashAlgorithmName.SHA1;
        List<byte> before = [], behind = [];
        byte[]? key = null;
        parameters = new SecretParameters(hash, [], [], null);
        if (pointer.IsNull)
        {
            return NtStatus.Success;
        }
        Span<byte> bytes = stackalloc byte[16];
        if (!memory.TryRead(pointer, bytes))
        {
            return NtStatus.AccessViolation;
        }
        uint count = new ParameterBlock(bytes).Number(4);
        GuestPointer entry = new ParameterBlock(bytes).Pointer(8);
        if (count > maximumCount)
        {
            return NtStatus.InvalidParameter;
        }
        for (; count != 0; count--, entry += bytes.Length)
        {
            if (!memory.TryRead(entry, bytes))
            {
                return NtStatus.AccessViolation;
            }
            ParameterBlock buffer = new(bytes);
            if (buffer.Number(0) > maximumLength)
            {
                return NtStatus.InvalidParameter;
            }
            if (!memory.TryReadArray(buffer.Pointer(8), buffer.Number(0), (int)maximumLength, out byte[] data))
            {
                return NtStatus.AccessViolation;
            }
            switch (buffer.Number(4))
            {
                case HashAlgorithm:
                    NtStatus status = SignaturePadding.ReadName(memory, buffer.Pointer(8), out HashAlgorithmName? name);
                    if (!status.IsSuccess)
                    {
                        return status;
                    }
                    hash = name!.Value;
                    break;
                case Prepend:
                    before.AddRange(data);
                    break;
                case Append:
                    behind.AddRange(data);
                    break;
                case HmacKey:
                    key = data;
                    break;
                default:
                    return NtStatus.NotSupported;
            }
        }
        parameters = new SecretParameters(hash, [.. before], [.. behind], key);
        return NtStatus.Success;
    }
}
