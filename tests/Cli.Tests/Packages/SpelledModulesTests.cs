using System.Text;
using PortableVirt.Analysis.Needs;

namespace PortableVirt.Cli.Tests.Packages;

/// <summary>Names of DLLs in a program's bytes.</summary>
public sealed class SpelledModulesTests
{
    private static readonly HashSet<string> s_known = new(StringComparer.Ordinal) { "ws2_32.dll", "gdi32.dll", "api-ms-x.dll" };

    [Theory]
    [InlineData("x\0WS2_32.DLL\0y", "ws2_32.dll")]
    [InlineData("kernel32.dllws2_32.dllmoregdi32.dll", "gdi32.dll ws2_32.dll")]
    [InlineData("api-ms-x.dll", "api-ms-x.dll")]
    [InlineData("ws2_32.dl", "")]
    [InlineData("ws2_32 .dll other.dll", "")]
    [InlineData("...dll", "")]
    [InlineData("", "")]
    public void AreFoundInBothEncodings(string text, string found)
    {
        Assert.Equal(found, string.Join(' ', SpelledModules.Find(Encoding.ASCII.GetBytes(text), s_known)));
        Assert.Equal(found, string.Join(' ', SpelledModules.Find([.. Encoding.Unicode.GetBytes(text)], s_known)));
        Assert.Equal(found, string.Join(' ', SpelledModules.Find([0x41, .. Encoding.Unicode.GetBytes(text)], s_known)));
    }
}
