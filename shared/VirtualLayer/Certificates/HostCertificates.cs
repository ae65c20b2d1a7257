namespace PortableVirt.VirtualLayer.Certificates;

/// <summary>
/// The certificates that this computer trusts, which every VM may know: they are public, and a program that has the network needs them. Read from the
/// system's one bundle; nothing else below its folder is looked at. A computer without one, as a packed program may find, trusts nobody.
/// </summary>
public static class HostCertificates
{
    private const long MaximumLength = 16 << 20;

    /// <summary>Debian and Arch, Fedora and its kin, openSUSE, Alpine.</summary>
    private static readonly string[] _bundles =
    [
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/var/lib/ca-certificates/ca-bundle.pem",
        "/etc/ssl/cert.pem",
    ];

    /// <summary>The bundle's text, certificates in the PEM form one after the other; empty where there is none that can be read.</summary>
    public static string ReadBundle()
    {
        foreach (string bundle in _bundles)
        {
            try
            {
                using FileStream file = new(bundle, FileMode.Open, FileAccess.Read, FileShare.Read);
                if (file.Length <= MaximumLength)
                {
                    using StreamReader reader = new(file);
                    return reader.ReadToEnd();
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Not this one's system, or not for this user.
            }
        }
        return "";
    }
}
