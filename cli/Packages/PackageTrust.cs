using PortableVirt.Appliance.Format;
using PortableVirt.Appliance.Trust;

namespace PortableVirt.Cli.Packages;

/// <summary>Whether a package may be used: a wrong signature never; without one, or with a stranger's, as the trust store says.</summary>
internal static class PackageTrust
{
    /// <summary>Refuses a package that may not be used.</summary>
    /// <exception cref="PackageException">It may not; the message says why and what to do.</exception>
    public static void Require(PackageReader reader)
    {
        TrustStore store = UserTrust.Load();
        if (reader.Signature is not { } signature)
        {
            if (store[TrustStore.Unsigned] == "deny")
            {
                throw new PackageException("the package is not signed, and this computer runs signed packages alone (pvctl trust policy unsigned allow changes that)");
            }
            return;
        }
        if (!signature.Verifies(reader.ManifestText.Span))
        {
            throw new PackageException("the package's signature is wrong: it was changed after it was signed; get it again from where it comes from");
        }
        if (store.NameOf(signature.Key.Span) is null && store[TrustStore.Unknown] is var unknown and not "allow")
        {
            string text = $"the package is signed with the key {PublicKeyText.Fingerprint(signature.Key.Span)}, which is not in the trust store (pvctl trust add NAME APP adds it)";
            if (unknown == "deny")
            {
                throw new PackageException(text);
            }
            Console.Error.WriteLine($"{OwnFile.Name}: {text}");
        }
    }

    /// <summary>Who signed a package, for people. The signature was verified.</summary>
    public static string Describe(PackageReader reader)
    {
        if (reader.Signature is not { } signature)
        {
            return "not signed";
        }
        string fingerprint = PublicKeyText.Fingerprint(signature.Key.Span);
        return UserTrust.Load().NameOf(signature.Key.Span) is { } name ? $"signed by {name} (key {fingerprint})" : $"signed with the key {fingerprint}, which is not in the trust store";
    }
}
