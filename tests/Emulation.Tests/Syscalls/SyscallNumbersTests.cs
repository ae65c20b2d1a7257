using PortableVirt.Analysis.Pe;
using PortableVirt.Emulation.Syscalls;

namespace PortableVirt.Emulation.Tests.Syscalls;

public sealed class SyscallNumbersTests
{
    private const string Folder = "/usr/lib/x86_64-linux-gnu/wine/x86_64-windows";

    [Theory]
    [InlineData("ntdll.dll", 0, "NtClose", "NtQuerySystemInformation", "__wine_dbg_write")]
    [InlineData("win32u.dll", 1, "NtUserCreateWindowEx", "NtUserGetMessage")]
    public void NumbersAreReadFromTheStubs(string file, int table, params string[] names)
    {
        Assert.True(PeImage.TryParse(File.ReadAllBytes(Path.Combine(Folder, file)), out PeImage? image, out _));
        List<(string Name, int Number)> numbers = [.. SyscallNumbers.Read(image)];
        Assert.True(numbers.Count > 200);
        Assert.All(numbers, n => Assert.Equal(table, n.Number >> 12));
        Assert.Equal(numbers.Count, numbers.Select(n => n.Name).Distinct().Count());
        Assert.All(names, name => Assert.Contains(numbers, n => n.Name == name));
    }

    [Fact]
    public void OtherCodeIsNoStub()
    {
        Assert.True(SyscallNumbers.TryDecode([0x49, 0x89, 0xca, 0xb8, 5, 0, 0, 0], out int number));
        Assert.Equal(5, number);
        Assert.False(SyscallNumbers.TryDecode([0x4c, 0x8b, 0xd1, 0xb8, 5, 0, 0], out _));
        Assert.False(SyscallNumbers.TryDecode([0x4c, 0x8b, 0xd1, 0xb8, 0, 0x40, 0, 0], out _));
        Assert.False(SyscallNumbers.TryDecode([0x4c, 0x8b, 0xd1, 0xb8, 0xff, 0xff, 0xff, 0xff], out _));
        Assert.False(SyscallNumbers.TryDecode([0x48, 0x89, 0xca, 0xb8, 5, 0, 0, 0], out _));
    }
}
