using PortableVirt.Emulation.Registry;
using PortableVirt.Emulation.SystemInfo;

namespace PortableVirt.Emulation.Registry.Tests;

public sealed class InformationTests
{
    private readonly RegistryTree _tree = new(new SystemClock());

    [Theory]
    [InlineData(0, 16, 16 + 6)]
    [InlineData(1, 24, 24 + 6 + 2 + 4)]
    [InlineData(2, 44, 44 + 4)]
    [InlineData(3, 4, 4 + 42)]
    [InlineData(4, 40, 40)]
    [InlineData(5, 12, 12)]
    public void KeyClassesHaveTheirSizes(uint informationClass, int fixedLength, int length)
    {
        KeyNode key = _tree.Ensure(_tree.Machine, "key");
        key.Class = "cl";
        InformationBuilder data = KeyInformation.Build(key, informationClass, out int actual)!;
        Assert.Equal((fixedLength, length), (actual, data.Length));
    }

    [Theory]
    [InlineData(0, 12, 12 + 6)]
    [InlineData(1, 20, 28 + 5)]
    [InlineData(2, 12, 12 + 5)]
    [InlineData(4, 8, 8 + 5)]
    public void ValueClassesHaveTheirSizes(uint informationClass, int fixedLength, int length)
    {
        InformationBuilder data = KeyValueInformation.Build(new KeyValue("abc", RegistryValueType.Binary, [1, 2, 3, 4, 5]), informationClass, out int actual)!;
        Assert.Equal((fixedLength, length), (actual, data.Length));
        Assert.Equal(informationClass == 0 ? (byte)0 : (byte)5, data.Data[^1]);
    }

    [Fact]
    public void SystemStructuresHaveTheirSizes()
    {
        ProcessorTopology processors = new();
        Assert.Equal(64, SystemInformation.Basic(processors).Length);
        Assert.Equal(12, SystemInformation.Processor(processors).Length);
        Assert.Equal(312, SystemInformation.Performance(312).Length);
        Assert.Equal(344, SystemInformation.Performance(4096).Length);
        Assert.Equal(24 * processors.Count, SystemInformation.Interrupt(processors).Length);
        Assert.Equal(0, ProcessorInformation.Flat(processors).Length % 32);
        Assert.Equal(32 * processors.Count, ProcessorInformation.CpuSets(processors).Length);
    }

    [Fact]
    public void ProcessorRecordsChainUp()
    {
        ReadOnlySpan<byte> data = ProcessorInformation.Extended(new ProcessorTopology(), ProcessorInformation.RelationAll)!.Data;
        HashSet<uint> relations = [];
        while (!data.IsEmpty)
        {
            relations.Add(BitConverter.ToUInt32(data));
            data = data[BitConverter.ToInt32(data[4..])..];
        }
        Assert.Superset(new HashSet<uint> { 0, 1, 2, 3, 4 }, relations);
        Assert.Null(ProcessorInformation.Extended(new ProcessorTopology(), 99));
    }

    [Fact]
    public void EntropyIsNotConstant() =>
        Assert.NotEqual(SystemInformation.Interrupt(new ProcessorTopology()).Data.ToArray(), SystemInformation.Interrupt(new ProcessorTopology()).Data.ToArray());

    [Fact]
    public void SmbiosEndsWithItsEndMarker()
    {
        Assert.Equal(NtStatus.Success, FirmwareTables.Get(0x52534d42, 1, 0, out byte[] data));
        Assert.Equal(data.Length - 8, BitConverter.ToInt32(data, 4));
        Assert.Equal([127, 4, 2, 0, 0, 0], data[^6..]);
    }

    [Theory]
    [InlineData(11, 1252, "c_1252.nls")]
    [InlineData(11, 37, "c_037.nls")]
    [InlineData(10, 0, "l_intl.nls")]
    [InlineData(12, 1, "normnfc.nls")]
    [InlineData(9, 0, "sortdefault.nls")]
    public void NlsTablesHaveFiles(uint type, uint id, string name)
    {
        Assert.Equal(NtStatus.Success, NlsCalls.FileName(type, id, out string actual));
        Assert.Equal(name, actual);
        Assert.Equal(NtStatus.InvalidParameter1, NlsCalls.FileName(99, 0, out _));
    }
}
