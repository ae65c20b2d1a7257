using PortableVirt.Tests.Support;

namespace PortableVirt.Guest.Tests;

/// <summary>A working folder to grant and, beside it, a folder that a guest must not reach, with links from one to the other.</summary>
public sealed class HostFolders : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    /// <summary>Makes the folders, as tests/MustFail/host_files.c wants them.</summary>
    public HostFolders()
    {
        Directory.CreateDirectory(Working);
        Directory.CreateDirectory(Outside);
        File.WriteAllText(Path.Combine(Working, "inner.txt"), "inner");
        File.WriteAllText(Path.Combine(Outside, "secret.txt"), "secret");
        Directory.CreateSymbolicLink(Path.Combine(Working, "folder-link"), Outside);
        File.CreateSymbolicLink(Path.Combine(Working, "file-link"), "../outside/secret.txt");
        Directory.CreateSymbolicLink(Path.Combine(Working, "loop"), "loop");
    }

    /// <summary>The folder that a test may grant.</summary>
    public string Working => _scratch["working"];

    /// <summary>The folder that no test grants.</summary>
    public string Outside => _scratch["outside"];

    /// <summary>Fails the test where anything outside was made, changed or removed.</summary>
    public void RequireOutsideUntouched()
    {
        Assert.Equal([Path.Combine(Outside, "secret.txt")], Directory.GetFileSystemEntries(Outside));
        Assert.Equal("secret", File.ReadAllText(Path.Combine(Outside, "secret.txt")));
    }

    /// <summary>Fails the test where anything in the working folder was made, changed or removed.</summary>
    public void RequireWorkingUntouched()
    {
        Assert.Equal(4, Directory.GetFileSystemEntries(Working).Length);
        Assert.Equal("inner", File.ReadAllText(Path.Combine(Working, "inner.txt")));
    }

    /// <inheritdoc/>
    public void Dispose() => _scratch.Dispose();
}
