using PortableVirt.Emulation.Memory;
using PortableVirt.Hypervisor;
using PortableVirt.Kernel;

namespace PortableVirt.Emulation.Sync.Tests.Memory;

/// <summary>How many pages of private memory get frames with the one that is touched.</summary>
public sealed class DemandTests
{
    private const ulong Page = 0x1000;
    private const int Pages = 16 * 512;

    private static readonly GuestKernel s_kernel = new(new Vm(KvmDevice.Open()));

    private readonly AddressSpace _space = new(s_kernel, new CommitCharge(1 << 30));

    [Fact]
    public void ATouchedPageTakes64KiBWithIt()
    {
        ulong start = Allocate(PageProtection.ReadWrite);
        for (int page = 100; page < Pages; page += 256)
        {
            Touch(start, page);
        }
        Assert.Equal(16 * Pages / 256, Present(start));
    }

    /// <summary>Upwards as arrays are filled, downwards as stacks are.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WhatIsUsedFromEndToEndFaultsLittleMoreThanOnceForEach2MiB(bool down)
    {
        ulong start = Allocate(PageProtection.ReadWrite);
        int faults = 0;
        for (int i = 0; i < Pages; i++)
        {
            int page = down ? Pages - 1 - i : i;
            if (_space.Tables.GetEntry(start + ((ulong)page * Page)) == 0)
            {
                faults++;
                Touch(start, page);
            }
        }
        Assert.Equal(Pages, Present(start));
        Assert.InRange(faults, 16, 32);
    }

    [Fact]
    public void PagesOfAnotherProtectionAreLeftAlone()
    {
        ulong start = Allocate(PageProtection.ReadWrite);
        ulong other = start + (8 * Page);
        ulong size = Page;
        Assert.Equal(NtStatus.Success, _space.Protect(ref other, ref size, PageProtection.ReadOnly, out _));
        Touch(start, 3);
        Assert.Equal(8, Present(start));
        Touch(start, 9);
        Assert.Equal(15, Present(start));
    }

    private ulong Allocate(uint protection)
    {
        AllocationRequest request = new() { Size = Pages * Page, Type = MemoryTypes.Reserve | MemoryTypes.Commit, Protection = protection };
        Assert.Equal(NtStatus.Success, _space.Allocate(request, out ulong address, out _));
        return address;
    }

    private void Touch(ulong start, int page) =>
        Assert.Equal(FaultOutcome.Resolved, _space.HandleFault(start + ((ulong)page * Page), PageRights.Read | PageRights.Write));

    private int Present(ulong start) => Enumerable.Range(0, Pages).Count(page => _space.Tables.GetEntry(start + ((ulong)page * Page)) != 0);
}
