using PortableVirt.Cli.CommandLine;

namespace PortableVirt.Cli.Tests.CommandLine;

public sealed class SuggestionTests
{
    private static readonly string[] s_known = ["run", "pack", "packages", "analyse", "--grant", "--json"];

    [Theory]
    [InlineData("rnu", " (did you mean run?)")]
    [InlineData("package", " (did you mean packages?)")]
    [InlineData("analyze", " (did you mean analyse?)")]
    [InlineData("--grnat", " (did you mean --grant?)")]
    [InlineData("--jsn", " (did you mean --json?)")]
    [InlineData("frobnicate", "")]
    [InlineData("", "")]
    public void TheNearestWordIsMeant(string word, string text) => Assert.Equal(text, Suggestion.For(word, s_known));
}
