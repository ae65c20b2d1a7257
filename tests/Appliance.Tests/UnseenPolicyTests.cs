using System.Text;
using PortableVirt.VirtualLayer.Unseen;

namespace PortableVirt.Appliance.Tests;

/// <summary>The policy of a package as text.</summary>
public sealed class UnseenPolicyTests
{
    [Fact]
    public void ThePolicyThatIsWrittenIsReadBack()
    {
        UnseenPolicy policy = UnseenPolicyText.Read("PortableVirt Policy 1\n# widen\nlibrary allow version.dll\r\nsystem-call deny NtLoad*\n\ncode strict\n");
        UnseenPolicy again = UnseenPolicyText.Read(UnseenPolicyText.Write(policy));
        Assert.True(again.StrictCode);
        foreach (UnseenKind kind in Enum.GetValues<UnseenKind>())
        {
            foreach (string name in (string[])["version.dll", "NtLoadDriver", "ntdll.dll", "x"])
            {
                Assert.Equal(policy.For(kind, name), again.For(kind, name));
            }
        }
    }

    [Fact]
    public void WhatIsInThePackageIsGivenAndTheRestDenied()
    {
        UnseenPolicy policy = UnseenPolicy.Default;
        Assert.Equal(UnseenAction.Deny, policy.For(UnseenKind.Library, "version.dll"));
        Assert.Equal(UnseenAction.Deny, policy.For(UnseenKind.File, "c_932.nls"));
        Assert.Equal(UnseenAction.Deny, policy.For(UnseenKind.Page, "x.exe 0x1000"));
        Assert.Equal(UnseenAction.Report, policy.For(UnseenKind.SystemCall, "NtClose"));
        Assert.Equal(UnseenAction.Report, policy.For(UnseenKind.Gate, "x.exe 0x1000"));
        Assert.True(policy.AllowsAll(UnseenKind.Function));
        Assert.False(policy.AllowsAll(UnseenKind.SystemCall));
    }

    [Fact]
    public void TheLastRuleThatFitsCounts()
    {
        UnseenPolicy policy = UnseenPolicyText.Read("PortableVirt Policy 1\nlibrary allow\nlibrary deny ws2_32.dll\nlibrary report WS2*\n");
        Assert.Equal(UnseenAction.Report, policy.For(UnseenKind.Library, "ws2_32.dll"));
        Assert.Equal(UnseenAction.Allow, policy.For(UnseenKind.Library, "version.dll"));
        Assert.False(policy.AllowsAll(UnseenKind.Library));
        Assert.True(UnseenPolicyText.Read("PortableVirt Policy 1\nlibrary deny x\nlibrary allow\n").AllowsAll(UnseenKind.Library));
    }

    [Theory]
    [InlineData("*", "", true)]
    [InlineData("a*c", "abbbc", true)]
    [InlineData("a*c", "abbb", false)]
    [InlineData("*.dll", "VERSION.DLL", true)]
    [InlineData("*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    [InlineData("x", "", false)]
    public void PatternsFitNames(string pattern, string name, bool fits) => Assert.Equal(fits, new UnseenRule(UnseenKind.Library, UnseenAction.Deny, pattern).Fits(name));

    [Theory]
    [InlineData("", "line 1", "PortableVirt Policy 1")]
    [InlineData("PortableVirt Policy 2\n", "line 1", "PortableVirt Policy 1")]
    [InlineData("PortableVirt Policy 1\n\nlibraries deny\n", "line 3", "library, file, function")]
    [InlineData("PortableVirt Policy 1\nlibrary refuse x.dll\n", "line 2", "library allow")]
    [InlineData("PortableVirt Policy 1\nlibrary\n", "line 2", "library deny")]
    [InlineData("PortableVirt Policy 1\ncode loose\n", "line 2", "code strict")]
    public void ALineThatIsNoneIsNamedWithWhatToWrite(string text, string line, string remedy)
    {
        FormatException error = Assert.Throws<FormatException>(() => UnseenPolicyText.Read(text));
        Assert.Contains(line, error.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DamagedTextsAreRefusedOrRead()
    {
        string whole = UnseenPolicyText.Write(UnseenPolicyText.Read("PortableVirt Policy 1\nlibrary allow version.dll\nfunction deny kernel32.dll Create*\ngate deny\n"));
        int refused = 0;
        for (int seed = 0; seed < 2000; seed++)
        {
            Random random = new(seed);
            StringBuilder text = new(whole);
            for (int i = random.Next(1, 6); i > 0 && text.Length > 1; i--)
            {
                int at = random.Next(text.Length);
                switch (random.Next(4))
                {
                    case 0:
                        text[at] = (char)random.Next(0x250);
                        break;
                    case 1:
                        text.Remove(at, Math.Min(random.Next(1, 20), text.Length - at));
                        break;
                    case 2:
                        text.Insert(at, whole.AsSpan(random.Next(whole.Length - 10), 10));
                        break;
                    default:
                        text.Length = Math.Max(at, 1);
                        break;
                }
            }
            try
            {
                UnseenPolicy read = UnseenPolicyText.Read(text.ToString());
                Assert.InRange(read.Rules.Count, UnseenPolicy.Default.Rules.Count, UnseenPolicyText.MostRules);
            }
            catch (FormatException e)
            {
                refused++;
                Assert.StartsWith("line ", e.Message, StringComparison.Ordinal);
                Assert.DoesNotContain(e.Message, char.IsControl);
            }
        }
        Assert.InRange(refused, 500, 1999);
    }

    [Fact]
    public void FactsOfAPackageAreReadBackAndDamagedOnesRefused()
    {
        SeenFacts facts = new()
        {
            Calls = new HashSet<string> { "NtClose", "NtOpenFile" },
            Gates = new HashSet<string> { "x%20y.exe 0x1234" },
            Functions = new HashSet<string> { "kernel32.dll CreateFileW", "ws2_32.dll #115" },
            SystemNames = new HashSet<string> { "version.dll" },
            NtdllHash = new string('a', 64),
        };
        SeenFacts again = SeenFacts.Read(Utf8(facts.Write()));
        Assert.Equal(facts.Write(), again.Write());
        Assert.Equal(facts.NtdllHash, again.NtdllHash);
        Assert.Throws<FormatException>(() => SeenFacts.Read(Utf8("PortableVirt Seen 2\n")));
        Assert.Throws<FormatException>(() => SeenFacts.Read(Utf8(facts.Write() + "nonsense\n")));
    }

    private static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
