using PortableVirt.Emulation.Io.Disk;

namespace PortableVirt.Emulation.Io.Tests;

public sealed class CreateTests : IDisposable
{
    private const uint Delete = 0x10000, Read = 0x120089;
    private readonly IoWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void DispositionsSayWhatTheyDid()
    {
        string name = _world.Dos("a.txt");
        Assert.Equal(NtStatus.ObjectNameNotFound, _world.Create(name, FileDisposition.Open, out _));
        Assert.Equal(NtStatus.Success, _world.Create(name, FileDisposition.Create, out FileObject file, out ulong information));
        Assert.Equal(2ul, information);
        _world.Close(file);
        Assert.Equal(NtStatus.ObjectNameCollision, _world.Create(name, FileDisposition.Create, out _));
        Assert.Equal(NtStatus.Success, _world.Create(name, FileDisposition.OpenIf, out file, out information));
        Assert.Equal(1ul, information);
        _world.Close(file);
        File.WriteAllText(Path.Combine(_world.Granted, "a.txt"), "text");
        Assert.Equal(NtStatus.Success, _world.Create(name, FileDisposition.OverwriteIf, out file, out information));
        Assert.Equal(3ul, information);
        Assert.Equal(0, new FileInfo(Path.Combine(_world.Granted, "a.txt")).Length);
        _world.Close(file);
        Assert.Equal(NtStatus.Success, _world.Create(name, FileDisposition.Supersede, out file, out information));
        Assert.Equal(0ul, information);
    }

    [Fact]
    public void NamesAreFoundWithoutCase()
    {
        Directory.CreateDirectory(Path.Combine(_world.Granted, "Über", "Deep"));
        File.WriteAllText(Path.Combine(_world.Granted, "Über", "Deep", "File.TXT"), "x");
        Assert.Equal(NtStatus.Success, _world.Create(_world.Dos(@"üBER\dEEP\fILE.txt"), FileDisposition.Open, out FileObject file));
        Assert.EndsWith(@"\Über\Deep\File.TXT", file.ObjectName);
        Assert.Equal(NtStatus.ObjectNameCollision, _world.Create(_world.Dos(@"ÜBER\deep\file.TXT"), FileDisposition.Create, out _));
        Assert.Equal(NtStatus.ObjectNameNotFound, _world.Create(_world.Dos(@"über\deep\none"), FileDisposition.Open, out _));
        Assert.Equal(NtStatus.ObjectPathNotFound, _world.Create(_world.Dos(@"über\none\file"), FileDisposition.Open, out _));
        Assert.Equal(NtStatus.ObjectPathNotFound, _world.Create(_world.Dos(@"über\deep\file.txt\x"), FileDisposition.Open, out _));
    }

    [Fact]
    public void ChangesFromOutsideAreSeenAtOnce()
    {
        Assert.Equal(NtStatus.ObjectNameNotFound, _world.Create(_world.Dos("LATER"), FileDisposition.Open, out _));
        Thread.Sleep(60);
        Assert.Equal(NtStatus.ObjectNameNotFound, _world.Create(_world.Dos("LATER"), FileDisposition.Open, out _));
        File.WriteAllText(Path.Combine(_world.Granted, "later"), "");
        Assert.Equal(NtStatus.Success, _world.Create(_world.Dos("LATER"), FileDisposition.Open, out FileObject file));
        _world.Close(file);
        File.Delete(Path.Combine(_world.Granted, "later"));
        Assert.Equal(NtStatus.ObjectNameNotFound, _world.Create(_world.Dos("LATER"), FileDisposition.Open, out _));
    }

    [Fact]
    public void TenThousandFilesInAFolderAreQuick()
    {
        System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();
        for (int i = 0; i < 10_000; i++)
        {
            Assert.Equal(NtStatus.Success, _world.Create(_world.Dos($"Name{i}"), FileDisposition.Create, out FileObject file));
            _world.Close(file);
        }
        Assert.Equal(NtStatus.Success, _world.Create(_world.Dos("nAME9999"), FileDisposition.Open, out _));
        Assert.True(watch.Elapsed.TotalSeconds < 30, $"{watch.Elapsed}");
    }

    [Fact]
    public void DirectoriesAndFilesAreNotMixedUp()
    {
        Directory.CreateDirectory(Path.Combine(_world.Granted, "d"));
        File.WriteAllText(Path.Combine(_world.Granted, "f"), "");
        Assert.Equal(NtStatus.FileIsADirectory, _world.Create(_world.Dos("d"), FileDisposition.Open, out _, options: FileOptions.NonDirectory));
        Assert.Equal(NtStatus.NotADirectory, _world.Create(_world.Dos("f"), FileDisposition.Open, out _, Read, options: FileOptions.Directory));
        Assert.Equal(NtStatus.ObjectNameInvalid, _world.Create(_world.Dos("f") + "\\", FileDisposition.Open, out _));
        Assert.Equal(NtStatus.Success, _world.Create(_world.Dos("d"), FileDisposition.Open, out _));
        Assert.Equal(NtStatus.Success, _world.Create(_world.Dos("new"), FileDisposition.Create, out _, options: FileOptions.Directory));
        Assert.True(Directory.Exists(Path.Combine(_world.Granted, "new")));
    }

    [Theory]
    [InlineData(Read, 1u, Read, 1u, true)]
    [InlineData(Read, 0u, Read, 1u, false)]
    [InlineData(0x120116u, 3u, Read, 1u, false)]
    [InlineData(0x120116u, 3u, Read, 3u, true)]
    [InlineData(Delete, 7u, Read, 3u, false)]
    [InlineData(0x100080u, 0u, Read, 0u, true)]
    public void SharingFollowsNt(uint firstAccess, uint firstShare, uint secondAccess, uint secondShare, bool allowed)
    {
        File.WriteAllText(Path.Combine(_world.Granted, "s"), "");
        Assert.Equal(NtStatus.Success, _world.Create(_world.Dos("s"), FileDisposition.Open, out _, firstAccess, firstShare));
        Assert.Equal(allowed ? NtStatus.Success : NtStatus.SharingViolation, _world.Create(_world.Dos("S"), FileDisposition.Open, out _, secondAccess, secondShare));
    }

    [Fact]
    public void DeleteOnCloseGoesWithTheLastHandle()
    {
        string path = Path.Combine(_world.Granted, "t");
        Assert.Equal(NtStatus.Success, _world.Create(_world.Dos("t"), FileDisposition.Create, out FileObject first, Delete | Read, options: FileOptions.DeleteOnClose));
        Assert.Equal(NtStatus.Success, _world.Create(_world.Dos("t"), FileDisposition.Open, out FileObject second, Read));
        _world.Close(first);
        Assert.True(File.Exists(path));
        Assert.Equal(NtStatus.DeletePending, _world.Create(_world.Dos("t"), FileDisposition.Open, out _, Read));
        _world.Close(second);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void RenameKeepsTheHandleAndReplacesOnlyWhenAsked()
    {
        File.WriteAllText(Path.Combine(_world.Granted, "old"), "1");
        File.WriteAllText(Path.Combine(_world.Granted, "taken"), "2");
        Assert.Equal(NtStatus.Success, _world.Create(_world.Dos("old"), FileDisposition.Open, out FileObject file, Delete | Read));
        Assert.Equal(NtStatus.ObjectNameCollision, Rename(file, "TAKEN", 0));
        Assert.Equal(NtStatus.Success, Rename(file, "TAKEN", 1));
        Assert.Equal(["TAKEN"], Directory.GetFiles(_world.Granted).Select(Path.GetFileName));
        Assert.EndsWith(@"\TAKEN", file.ObjectName);
        Assert.Equal(NtStatus.Success, Rename(file, "Taken", 0));
        Assert.Equal(["Taken"], Directory.GetFiles(_world.Granted).Select(Path.GetFileName));
    }

    [Fact]
    public void ReadOnlyAttributeIsTheWriteBits()
    {
        Assert.Equal(NtStatus.Success, _world.Create(_world.Dos("r"), FileDisposition.Create, out FileObject file, attributes: 1));
        Assert.Equal(NtStatus.Success, file.QueryMetadata(out FileMetadata metadata));
        Assert.Equal(0x21u, metadata.Attributes);
        _world.Close(file);
        Assert.Equal(NtStatus.AccessDenied, _world.Create(_world.Dos("r"), FileDisposition.Open, out _));
        Assert.Equal(NtStatus.CannotDelete, _world.Create(_world.Dos("r"), FileDisposition.Open, out _, Delete, options: FileOptions.DeleteOnClose));
        Assert.Equal(NtStatus.Success, _world.Create(_world.Dos("r"), FileDisposition.Open, out _, Read));
    }

    private NtStatus Rename(FileObject file, string name, byte replace)
    {
        byte[] buffer = new byte[20 + (name.Length * 2)];
        buffer[0] = replace;
        BitConverter.TryWriteBytes(buffer.AsSpan(16), name.Length * 2);
        System.Text.Encoding.Unicode.GetBytes(name, buffer.AsSpan(20));
        return file.SetSpecial(_world.Thread, FileInformationClass.Rename, buffer, Delete);
    }
}
