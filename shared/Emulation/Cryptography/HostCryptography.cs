using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Cryptography;

/// <summary>
/// Whether the framework's cryptography works here. It loads OpenSSL at its first use and ends the host process where there is none, so the
/// library is looked for before. A packed program runs where only the C library is installed: keys then fail, and say why.
/// </summary>
internal static class HostCryptography
{
    /// <summary>Names that .NET tries (System.Security.Cryptography.Native, opensslshim.c); 1.0 is too old for TLS 1.3 and left out.</summary>
    private static readonly string[] _libraries = ["libssl.so.3", "libssl.so.1.1"];

    private static readonly Lazy<bool> _isAvailable = new(() => Array.Exists(_libraries, name => NativeLibrary.TryLoad(name, out _)));

    /// <summary>What a user reads where it is missing.</summary>
    public const string Missing = "the program uses keys, certificates or TLS, which need OpenSSL (libssl.so.3) on this computer: install the package libssl3";

    /// <summary>True where OpenSSL can be loaded. The first question loads it (4 ms).</summary>
    public static bool IsAvailable => _isAvailable.Value;
}
