using System.Security.Cryptography;
using PortableVirt.Emulation.Cryptography;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Gates;

/// <summary>
/// bcrypt.dll: secrets that two sides agree on (ECDH). libwine 8.0 has the functions and gives handles, but derives nothing: these take their place.
/// The handle of a secret is a number of <see cref="UnixObjectTable"/>. Parameters: bcrypt.h.
/// </summary>
internal static class BcryptSecrets
{
    private const uint KeyMagic = 0x4b455930, UseSecretAsKey = 1, MaximumBuffers = 16, MaximumBuffer = 0x10000;
    private const int KindLength = 32;

    /// <summary>NTSTATUS BCryptSecretAgreement(BCRYPT_KEY_HANDLE private, BCRYPT_KEY_HANDLE public, BCRYPT_SECRET_HANDLE *secret, ULONG flags).</summary>
    [GateExport("bcrypt.dll", "BCryptSecretAgreement")]
    internal static NtStatus Agree(NtThread thread, GuestPointer own, GuestPointer other, GuestPointer result, uint flags)
    {
        if (!TryFind(thread, own, out EllipticKey? privateKey) || !TryFind(thread, other, out EllipticKey? publicKey))
        {
            return NtStatus.InvalidHandle;
        }
        if (result.IsNull)
        {
            return NtStatus.InvalidParameter;
        }
        AsymmetricKey? copy = null;
        byte[] secret = [];
        NtStatus status = publicKey.Use(() =>
        {
            copy = publicKey.Copy();
            return NtStatus.Success;
        });
        if (!status.IsSuccess)
        {
            return status;
        }
        try
        {
            status = privateKey.Use(() => privateKey.TryAgree((EllipticKey)copy!, out secret) ? NtStatus.Success : NtStatus.InvalidParameter);
        }
        catch (CryptographicException)
        {
            status = NtStatus.InternalError;
        }
        finally
        {
            copy!.Close();
        }
        if (!status.IsSuccess)
        {
            return status;
        }
        if (!thread.Process.UnixObjects.TryAdd(new SharedSecret(secret), out ulong number))
        {
            return NtStatus.InsufficientResources;
        }
        if (!thread.Memory.TryWrite(result, number))
        {
            thread.Process.UnixObjects.Close<SharedSecret>(number);
            return NtStatus.AccessViolation;
        }
        return NtStatus.Success;
    }

    /// <summary>
    /// NTSTATUS BCryptDeriveKey(BCRYPT_SECRET_HANDLE, LPCWSTR kind, BCryptBufferDesc *parameters, PUCHAR key, ULONG length, ULONG *result, ULONG flags):
    /// the kinds HASH, HMAC and TRUNCATE.
    /// </summary>
    [GateExport("bcrypt.dll", "BCryptDeriveKey")]
    internal static NtStatus Derive(NtThread thread, ulong secret, GuestPointer kind, GuestPointer parameters, GuestPointer key, uint length, GuestPointer result, uint flags)
    {
        if (!thread.Process.UnixObjects.TryGet(secret, out SharedSecret? found))
        {
            return NtStatus.InvalidHandle;
        }
        NtStatus status = SecretParameters.Read(thread.Memory, parameters, MaximumBuffers, MaximumBuffer, out SecretParameters read);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (kind.IsNull || !GuestText.TryRead(thread.Memory, kind, KindLength, out string name))
        {
            return NtStatus.InvalidParameter;
        }
        byte[] derived = [];
        status = found.Use(() => found.Derive(name, read, (flags & UseSecretAsKey) != 0, out derived));
        if (!status.IsSuccess)
        {
            return status;
        }
        int count = key.IsNull ? derived.Length : (int)Math.Min((uint)derived.Length, length);
        return (key.IsNull || thread.Memory.TryWrite(key, derived.AsSpan(0, count))) && thread.Memory.TryWrite(result, count) ? NtStatus.Success : NtStatus.AccessViolation;
    }

    /// <summary>NTSTATUS BCryptDestroySecret(BCRYPT_SECRET_HANDLE).</summary>
    [GateExport("bcrypt.dll", "BCryptDestroySecret")]
    internal static NtStatus Destroy(NtThread thread, ulong secret) =>
        thread.Process.UnixObjects.Close<SharedSecret>(secret) ? NtStatus.Success : NtStatus.InvalidHandle;

    /// <summary>A key handle of bcrypt.dll is the address of its structure.</summary>
    private static bool TryFind(NtThread thread, GuestPointer handle, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out EllipticKey? found)
    {
        found = null;
        return GuestKey.TryRead(thread.Memory, handle, out GuestKey key) && key.Magic == KeyMagic && thread.Process.UnixObjects.TryGet(key.Object, out found);
    }
}
