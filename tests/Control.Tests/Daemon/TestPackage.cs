using PortableVirt.Appliance.Format;
using Sha256 = PortableVirt.Appliance.Format.Sha256;

namespace PortableVirt.Control.Tests.Daemon;

/// <summary>Packages of a few kilobytes: whole, but with made-up contents.</summary>
internal static class TestPackage
{
    /// <summary>Writes one; the same number gives the same bytes.</summary>
    public static void Write(string path, int number)
    {
        byte[] runner = [0x7F, .. "ELF"u8, 2, 1, 1, .. new byte[121]];
        byte[] program = new byte[100_000];
        new Random(number).NextBytes(program);
        PackageManifest manifest = new("program/x.exe", [new PackageMember("program/x.exe", program.Length, Sha256.HexOf(program), "made up")])
        {
            RunnerLength = runner.Length,
            RunnerSha256 = Sha256.HexOf(runner),
        };
        using FileStream output = File.Create(path);
        PackageWriter.Write(output, new MemoryStream(runner), manifest, null, _ => new MemoryStream(program));
    }
}
