using System.Globalization;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Hypervisor.Native;

namespace PortableVirt.Hypervisor.Tests;

/// <summary>Which pages the host is asked for.</summary>
public sealed class MemoryWindowTests
{
    private const ulong Block = 2UL << 20;
    private const ulong FirstStep = 16 * Block;

    [Fact]
    public void SinglePagesAreAskedForUntilMoreIsRegisteredAndWhatIsThereStays()
    {
        using KvmDevice device = KvmDevice.Open();
        using SafeFileHandle vm = device.CreateVm();
        using MemoryWindow window = new(new MemorySlots(vm, 8), 4UL << 30, 1UL << 30, isAnonymous: true, hugePages: true, FirstStep);
        Assert.True(window.TryGrow(1));
        Assert.Equal(FirstStep, window.Limit);
        HostPointer.At<int>(window.HostBase + (nint)(3 * Block)) = 42;
        Assert.InRange(window.Back(0, 4), -1, 3);
        Assert.Equal(42, HostPointer.At<int>(window.HostBase + (nint)(3 * Block)));
        Assert.All(Enumerable.Range(0, 16), block => Assert.Equal("hg", Advice(window, block)));

        window.PreferSmallPages(5);
        Assert.All(Enumerable.Range(0, 16), block => Assert.Equal(block < 5 ? "hg" : "nh", Advice(window, block)));
        Assert.Equal(42, HostPointer.At<int>(window.HostBase + (nint)(3 * Block)));

        Assert.True(window.TryGrow(FirstStep + 1));
        Assert.All(Enumerable.Range(0, 32), block => Assert.Equal("hg", Advice(window, block)));
        window.PreferSmallPages(20);
        Assert.Equal("hg", Advice(window, 20));
    }

    /// <summary>"hg" where huge pages are asked for, "nh" where they are declined (VmFlags of /proc/self/smaps, Linux' Documentation/filesystems/proc.rst).</summary>
    private static string? Advice(MemoryWindow window, int block)
    {
        ulong address = (ulong)window.HostBase + ((ulong)block * Block);
        bool isInside = false;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            if (line.StartsWith("VmFlags:", StringComparison.Ordinal))
            {
                if (isInside)
                {
                    return line.Split(' ').FirstOrDefault(flag => flag is "hg" or "nh");
                }
            }
            else if (line.Split(' ')[0].Split('-') is [string start, string end] && ulong.TryParse(start, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong first))
            {
                isInside = address >= first && address < ulong.Parse(end, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            }
        }
        return null;
    }
}
