namespace PortableVirt.Appliance.Format;

/// <summary>A file of a package, as the manifest names it.</summary>
/// <param name="Path">Path in the package, parts joined by '/': "system/ntdll.dll", "program/7za.exe".</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">Hash of the bytes, lower-case hexadecimal.</param>
/// <param name="Origin">Where it came from, for the ledger: "libwine 8.0 (ntdll.dll, sha256:...)"; one line.</param>
public sealed record PackageMember(string Path, long Length, string Sha256, string Origin);
