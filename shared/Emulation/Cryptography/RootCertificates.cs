using System.Security.Cryptography;
using PortableVirt.VirtualLayer.Certificates;

namespace PortableVirt.Emulation.Cryptography;

/// <summary>The certificates that the computer trusts, as one process goes through them: each is given once.</summary>
internal sealed class RootCertificates
{
    private const string Label = "CERTIFICATE";
    private static readonly Lazy<IReadOnlyList<byte[]>> _all = new(() => Parse(HostCertificates.ReadBundle()));
    private readonly Lock _lock = new();
    private int _next;

    /// <summary>Offers the next certificate (DER); it is passed over when it is taken.</summary>
    /// <param name="take">Gets the certificate; says what becomes of the call, and whether it was taken.</param>
    /// <returns><see cref="NtStatus.NoMoreEntries"/> behind the last one.</returns>
    public NtStatus Offer(Func<byte[], (NtStatus Status, bool IsTaken)> take)
    {
        lock (_lock)
        {
            if (_next >= _all.Value.Count)
            {
                return NtStatus.NoMoreEntries;
            }
            (NtStatus status, bool isTaken) = take(_all.Value[_next]);
            _next += isTaken ? 1 : 0;
            return status;
        }
    }

    /// <summary>The certificates of a text with PEM blocks; what is none is left out.</summary>
    internal static IReadOnlyList<byte[]> Parse(string text)
    {
        List<byte[]> found = [];
        ReadOnlySpan<char> rest = text;
        while (PemEncoding.TryFind(rest, out PemFields fields))
        {
            if (rest[fields.Label] is Label)
            {
                byte[] bytes = new byte[fields.DecodedDataLength];
                if (Convert.TryFromBase64Chars(rest[fields.Base64Data], bytes, out int count) && count == bytes.Length)
                {
                    found.Add(bytes);
                }
            }
            rest = rest[fields.Location.End..];
        }
        return found;
    }
}
