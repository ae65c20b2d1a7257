using System.Xml.Linq;
using PortableVirt.Cli.Links;
using PortableVirt.Desktop.Entries;
using PortableVirt.Tests.Support;

namespace PortableVirt.Cli.Tests.Links;

public sealed class MimeDatabaseTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void TheHeaviestTypeOfAnExtensionIsFound()
    {
        Directory.CreateDirectory(_scratch["mime"]);
        File.WriteAllText(_scratch["mime/globs2"], "# comment\n50:text/plain:*.txt\n60:text/x-better:*.txt\n50:application/x-portablevirt-own:*.own\n50:x:y\n");
        MimeDatabase database = new([_scratch["none"], _scratch.Path]);
        Assert.Equal("text/x-better", database.Find("TXT"));
        Assert.Null(database.Find("own"));
        Assert.Null(database.Find("x"));
    }

    [Theory]
    [InlineData("txt", true)]
    [InlineData("tar.gz", true)]
    [InlineData("", false)]
    [InlineData(".txt", false)]
    [InlineData("a/b", false)]
    [InlineData("a;b", false)]
    [InlineData("a\"><x", false)]
    public void Extensions(string text, bool isOne) => Assert.Equal(isOne, MimeDatabase.IsExtension(text));

    [Fact]
    public void DefinitionsAreXmlWhateverTheProgramIsCalled()
    {
        XElement root = XElement.Parse(MimeDatabase.Define(["shw"], "<&\"]]>\x01 \ud800"));
        XNamespace ns = "http://www.freedesktop.org/standards/shared-mime-info";
        XElement type = Assert.Single(root.Elements(ns + "mime-type"));
        Assert.Equal("application/x-portablevirt-shw", type.Attribute("type")!.Value);
        Assert.Equal("*.shw", type.Element(ns + "glob")!.Attribute("pattern")!.Value);
    }
}
