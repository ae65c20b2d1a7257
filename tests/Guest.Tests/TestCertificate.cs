using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PortableVirt.Guest.Tests;

/// <summary>A certificate of its own authority, made anew for every test.</summary>
internal static class TestCertificate
{
    /// <summary>Its common name, which the guest programs look for.</summary>
    public const string CommonName = "portablevirt test";

    public static X509Certificate2 Create()
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new($"CN={CommonName}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
    }
}
