using PortableVirt.Emulation.Io.Disk;

namespace PortableVirt.Emulation.Io.Tests;

/// <summary>Nothing outside the grants can be reached or seen.</summary>
public sealed class BoundaryTests : IDisposable
{
    private const uint Read = 0x120089;
    private readonly IoWorld _world = new();

    public BoundaryTests()
    {
        File.WriteAllText(Path.Combine(_world.Root, "secret"), "secret");
        Directory.CreateDirectory(Path.Combine(_world.Granted, "in"));
        File.WriteAllText(Path.Combine(_world.Granted, "in", "f"), "inside");
    }

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData("../secret")]
    [InlineData("/etc/passwd")]
    [InlineData("in/../../secret")]
    [InlineData("/proc/self/root/etc/passwd")]
    public void LinksThatLeaveAreNotFollowed(string target)
    {
        File.CreateSymbolicLink(Path.Combine(_world.Granted, "link"), target);
        Assert.True(_world.Create(_world.Dos("link"), FileDisposition.Open, out _, Read).IsError);
        Assert.True(_world.Create(_world.Dos("link"), FileDisposition.OverwriteIf, out _).IsError);
        Assert.Equal("secret", File.ReadAllText(Path.Combine(_world.Root, "secret")));
    }

    [Fact]
    public void DirectoryLinksThatLeaveShowNothing()
    {
        Directory.CreateSymbolicLink(Path.Combine(_world.Granted, "out"), _world.Root);
        Assert.True(_world.Create(_world.Dos(@"out\secret"), FileDisposition.Open, out _, Read).IsError);
        Assert.True(_world.Create(_world.Dos(@"OUT\SECRET"), FileDisposition.Open, out _, Read).IsError);
        Assert.True(_world.Create(_world.Dos(@"out\new"), FileDisposition.Create, out _).IsError);
        Assert.False(File.Exists(Path.Combine(_world.Root, "new")));
        Assert.True(_world.Create(_world.Dos(@"out\dir"), FileDisposition.Create, out _, options: FileOptions.Directory).IsError);
        Assert.False(Directory.Exists(Path.Combine(_world.Root, "dir")));
    }

    [Fact]
    public void LinksInsideAreFollowedAbsoluteOrNot()
    {
        File.CreateSymbolicLink(Path.Combine(_world.Granted, "relative"), "in/f");
        File.CreateSymbolicLink(Path.Combine(_world.Granted, "absolute"), Path.Combine(_world.Granted, "in", "f"));
        Assert.Equal(NtStatus.Success, _world.Create(_world.Dos("relative"), FileDisposition.Open, out _, Read));
        Assert.Equal(NtStatus.Success, _world.Create(_world.Dos("absolute"), FileDisposition.Open, out FileObject file, Read));
        Assert.Equal(NtStatus.Success, file.QueryMetadata(out FileMetadata metadata));
        Assert.Equal(6, metadata.EndOfFile);
    }

    [Theory]
    [InlineData(@"\??\unix\etc\passwd")]
    [InlineData(@"\??\UNC\server\share\f")]
    [InlineData(@"\??\Z:\etc\passwd")]
    [InlineData(@"\??\D:\f")]
    [InlineData(@"\Device\Nothing")]
    public void OtherNamesDoNotExist(string name) => Assert.True(_world.Create(name, FileDisposition.Open, out _, Read).IsError);

    [Fact]
    public void PassagesShowOnlyTheWayAndCannotBeChanged()
    {
        Assert.Equal(NtStatus.Success, _world.Create(@"\??\Z:\", FileDisposition.Open, out FileObject root, Read));
        List<string> names = [];
        Assert.Equal(NtStatus.Success, ((IDirectorySource)root).ReadNames(names));
        Assert.Equal([_world.Granted.Split('/')[1]], names);
        Assert.Equal(NtStatus.AccessDenied, _world.Create(@"\??\Z:\new", FileDisposition.Create, out _));
    }

    [Fact]
    public void ReadOnlyGrantsRefuseEveryChange()
    {
        using IoWorld world = new(readOnly: true);
        File.WriteAllText(Path.Combine(world.Granted, "f"), "x");
        Assert.Equal(NtStatus.AccessDenied, world.Create(world.Dos("f"), FileDisposition.Open, out _));
        Assert.Equal(NtStatus.AccessDenied, world.Create(world.Dos("f"), FileDisposition.Open, out _, 0x10000));
        Assert.Equal(NtStatus.AccessDenied, world.Create(world.Dos("n"), FileDisposition.Create, out _));
        Assert.Equal(NtStatus.AccessDenied, world.Create(world.Dos("n"), FileDisposition.Create, out _, options: FileOptions.Directory));
        Assert.Equal(NtStatus.Success, world.Create(world.Dos("f"), FileDisposition.Open, out _, Read));
    }

    [Fact]
    public void TheSystemDriveHasItsFolders()
    {
        Assert.Equal(NtStatus.Success, _world.Create(@"\??\C:\Windows\System32", FileDisposition.Open, out _, Read, options: FileOptions.Directory));
        Assert.Equal(NtStatus.Success, _world.Executive.SystemFiles.Add("made.dll", "MZ"u8));
        Assert.Equal(NtStatus.Success, _world.Create(@"\??\c:\WINDOWS\system32\MADE.dll", FileDisposition.Open, out _, Read));
        Assert.Equal(NtStatus.AccessDenied, _world.Create(@"\??\C:\windows\system32\made.dll", FileDisposition.Open, out _));
        Assert.Equal(NtStatus.Success, _world.Create(@"\??\C:\users\user\x.txt", FileDisposition.Create, out _));
    }
}
