using System.Security.Cryptography;

namespace PortableVirt.Emulation.Cryptography;

/// <summary>What two sides have agreed on: a big-endian number.</summary>
/// <param name="secret">Its bytes; the object owns them.</param>
internal sealed class SharedSecret(byte[] secret) : UnixObject
{
    /// <summary>
    /// Makes a key of it (bcrypt.h): HASH, the hash of what is put before, the secret and what is put behind; HMAC, the same with a key; TRUNCATE, the
    /// secret itself with its low end first.
    /// </summary>
    public NtStatus Derive(string kind, SecretParameters parameters, bool secretIsKey, out byte[] key)
    {
        key = [];
        switch (kind)
        {
            case "TRUNCATE":
                key = (byte[])secret.Clone();
                Array.Reverse(key);
                return NtStatus.Success;
            case "HASH":
                key = Hash(IncrementalHash.CreateHash(parameters.Hash), parameters);
                return NtStatus.Success;
            case "HMAC":
                byte[]? given = secretIsKey ? secret : parameters.Key;
                if (given is null)
                {
                    return NtStatus.InvalidParameter;
                }
                key = Hash(IncrementalHash.CreateHMAC(parameters.Hash, given), parameters);
                return NtStatus.Success;
            default:
                return NtStatus.NotSupported;
        }
    }

    /// <inheritdoc/>
    protected override void Release() => CryptographicOperations.ZeroMemory(secret);

    private byte[] Hash(IncrementalHash hash, SecretParameters parameters)
    {
        using (hash)
        {
            hash.AppendData(parameters.Before);
            hash.AppendData(secret);
            hash.AppendData(parameters.Behind);
            return hash.GetHashAndReset();
        }
    }
}
