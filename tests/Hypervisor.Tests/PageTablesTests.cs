namespace PortableVirt.Hypervisor.Tests;

public sealed class PageTablesTests(MachineFixture fixture) : IClassFixture<MachineFixture>
{
    [Fact]
    public void EntriesAreWhereTheyWereSet()
    {
        PageTables tables = fixture.Machine.Kernel.CreateAddressSpace();
        ulong[] addresses = [0, 0x1000, 0x1F_F000, 0x20_0000, 0x7FFF_FFFE_F000, 0x7FFF_FFFF_F000, 0x1234_5678_9000];
        foreach (ulong va in addresses)
        {
            Assert.Equal(0UL, tables.GetEntry(va));
            Assert.True(tables.SetEntry(va, PageEntry.Make(va & 0xFFFF_F000, PageRights.Read)));
        }

        Assert.All(addresses, va => Assert.Equal((va & 0xFFFF_F000) | va & 0xFFF, tables.Translate(va, PageRights.Read)));
        Assert.Equal(0UL, tables.Translate(0x1000, PageRights.Write));
        Assert.Equal(4, tables.LeafRanges.Count);
        Assert.False(tables.IsCleared);
        Assert.Throws<InvalidOperationException>(() => fixture.Machine.Kernel.ReleaseAddressSpace(tables));
        tables.Clear();
        Assert.All(addresses, va => Assert.Equal(0UL, tables.GetEntry(va)));
        fixture.Machine.Kernel.ReleaseAddressSpace(tables);
    }

    [Theory]
    [InlineData(0x0000_8000_0000_0000)]
    [InlineData(0xFFFF_8000_0000_0000)]
    [InlineData(0xFFFF_F800_0000_0000)]
    [InlineData(0xFFFF_F900_0000_0000)]
    [InlineData(ulong.MaxValue)]
    public void OnlyTheUserHalfCanBeSeenAndSet(ulong va)
    {
        PageTables tables = fixture.Machine.Kernel.CreateAddressSpace();
        Assert.Equal(0UL, tables.GetEntry(va));
        Assert.False(tables.SetEntry(va, 7));
        Assert.False(tables.SetRange(va, 1, 0x1000, PageRights.Read));
        Assert.True(tables.GetLeafTable(va).IsEmpty);
        Assert.True(tables.EnsureLeafTable(va).IsEmpty);
        fixture.Machine.Kernel.ReleaseAddressSpace(tables);
    }

    [Fact]
    public void ARangeCrossesTablesButNotTheEnd()
    {
        PageTables tables = fixture.Machine.Kernel.CreateAddressSpace();
        Assert.True(tables.SetRange(0x3F_F000, 514, 0x10_0000, PageRights.Read | PageRights.Write));
        Assert.Equal(0x10_0000UL, tables.Translate(0x3F_F000, PageRights.Write));
        Assert.Equal(0x10_0000UL + (513 * 4096), tables.Translate(0x3F_F000 + (513 * 4096), PageRights.Write));
        Assert.Equal(0UL, tables.GetEntry(0x3F_F000 + (514 * 4096)));
        Assert.False(tables.SetRange(0x7FFF_FFFF_F000, 2, 0, PageRights.Read));
        Assert.False(tables.SetRange(0, -1, 0, PageRights.Read));
        tables.Clear();
        fixture.Machine.Kernel.ReleaseAddressSpace(tables);
    }

    [Theory]
    [InlineData(PageRights.None)]
    [InlineData(PageRights.Read)]
    [InlineData(PageRights.Read | PageRights.Write)]
    [InlineData(PageRights.Read | PageRights.Execute)]
    [InlineData(PageRights.Read | PageRights.Write | PageRights.Execute)]
    public void AnEntryKeepsAddressAndRights(PageRights rights)
    {
        ulong entry = PageEntry.Make(0x1_2345_6000, rights);
        Assert.Equal(rights, PageEntry.Rights(entry));
        Assert.Equal(0x1_2345_6000UL, PageEntry.Address(entry));
        Assert.Equal(0UL, entry & PageEntry.SoftwareMask);
    }
}
