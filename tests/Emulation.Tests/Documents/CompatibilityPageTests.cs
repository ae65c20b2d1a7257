using PortableVirt.Tests.Support;

namespace PortableVirt.Emulation.Tests.Documents;

public sealed class CompatibilityPageTests
{
    [Fact]
    public void ThePageIsCurrent()
    {
        string path = Path.Combine(RepositoryPaths.Root, "docs", "compatibility.md");
        string page = CompatibilityPage.Write();
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, page);
        }
        Assert.True(File.Exists(path) && File.ReadAllText(path) == page, "docs/compatibility.md is out of date: run UPDATE_DOCS=1 dotnet test tests/Emulation.Tests");
    }
}
