using System.Text.RegularExpressions;
using PortableVirt.Tests.Support;

namespace PortableVirt.Control.Tests.Protocol;

/// <summary>Everything in the .proto files is documented.</summary>
public sealed class ProtoLintTests
{
    private static readonly Regex Declaration = new(@"^\s*(message|enum|service|rpc|oneof|(repeated |optional |map<.*> )?[\w.<>, ]+ \w+ = \d+;|\w+ = \d+;)");

    [Fact]
    public void Every_declaration_has_a_comment()
    {
        string folder = Path.Combine(RepositoryPaths.Root, "shared", "Protocol", "Proto");
        string[] files = Directory.GetFiles(folder, "*.proto", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        Assert.Empty(files.SelectMany(Undocumented));
    }

    [Theory]
    [InlineData("message A {\n  // Good.\n  int32 a = 1;\n}", 1)]
    [InlineData("// Good.\nmessage A {\n  int32 a = 1;\n}", 1)]
    [InlineData("// Good.\nenum A {\n  B = 0;\n}", 1)]
    [InlineData("// Good.\nmessage A {\n  // Good.\n  repeated string a = 1;\n}", 0)]
    public void The_lint_finds_what_is_missing(string text, int count) => Assert.Equal(count, Undocumented("x", text.Split('\n')).Count());

    private static IEnumerable<string> Undocumented(string file) => Undocumented(Path.GetFileName(file), File.ReadAllLines(file));

    private static IEnumerable<string> Undocumented(string file, string[] lines)
    {
        for (int i = 0; i < lines.Length; i++)
        {
            if (Declaration.IsMatch(lines[i]) && (i == 0 || !lines[i - 1].TrimStart().StartsWith("// ", StringComparison.Ordinal)))
            {
                yield return $"{file}:{i + 1}: {lines[i].Trim()}";
            }
        }
    }
}
