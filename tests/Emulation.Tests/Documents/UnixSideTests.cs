using PortableVirt.Emulation.Loader;

namespace PortableVirt.Emulation.Tests.Documents;

public sealed class UnixSideTests
{
    private const string Folder = "/usr/lib/x86_64-linux-gnu/wine/x86_64-unix";

    [Fact]
    public void EveryUnixSideOfTheSystemLibraryIsNamed()
    {
        string[] known = [.. UnixSide.All.Select(side => Path.GetFileNameWithoutExtension(side.Module))];
        Assert.Equal(Directory.GetFiles(Folder, "*.so").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal), known.Order(StringComparer.Ordinal));
    }
}
