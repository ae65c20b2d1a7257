using PortableVirt.Emulation.Objects;

namespace PortableVirt.Emulation.Sync.Tests;

public sealed class ObjectTests
{
    private readonly TestWorld _world = new();

    [Theory]
    [InlineData(@"\Sessions\1\BaseNamedObjects\Global\x", @"\BaseNamedObjects\x")]
    [InlineData(@"\Sessions\1\BaseNamedObjects\Local\x", @"\Sessions\1\BaseNamedObjects\x")]
    [InlineData(@"\BaseNamedObjects\Session\1\x", @"\Sessions\1\BaseNamedObjects\x")]
    public void StandardLinksLeadWhereTheyDoOnNt(string path, string name)
    {
        KernelObject value = _world.NewEvent(false);
        Assert.Equal(NtStatus.Success, _world.Executive.Namespace.Insert(null, path, false, value, out _));
        Assert.Equal(name, value.QueryName());
    }

    [Fact]
    public void NamesGoWithTheLastHandle()
    {
        KernelObject value = _world.NewEvent(false);
        _world.Executive.Namespace.Insert(null, @"\BaseNamedObjects\Once", false, value, out _);
        _world.Process.Handles.Insert(value, 0, false, out Handle first);
        _world.Process.Handles.Insert(value, 0, false, out Handle second);
        _world.Process.Handles.Close(first);
        Assert.True(_world.Executive.Namespace.Lookup(null, @"\basenamedobjects\ONCE", true, out KernelObject? found, out _).IsSuccess);
        Assert.Same(value, found);
        Assert.Equal(NtStatus.ObjectPathNotFound, _world.Executive.Namespace.Lookup(null, @"\basenamedobjects\Once", false, out _, out _));
        _world.Process.Handles.Close(second);
        Assert.Equal(NtStatus.ObjectNameNotFound, _world.Executive.Namespace.Lookup(null, @"\BaseNamedObjects\Once", false, out _, out _));
    }

    [Fact]
    public void LinksThatPointNowhereFailCleanly()
    {
        ObjectNamespace names = _world.Executive.Namespace;
        names.Insert(null, @"\loop", false, new SymbolicLinkObject(@"\loop"), out _);
        names.Insert(null, @"\odd", false, new SymbolicLinkObject("no root"), out _);
        names.Insert(null, @"\empty", false, new SymbolicLinkObject(""), out _);
        Assert.Equal(NtStatus.NameTooLong, names.Lookup(null, @"\loop\x", false, out _, out _));
        Assert.Equal(NtStatus.ObjectPathSyntaxBad, names.Lookup(null, @"\odd\x", false, out _, out _));
        Assert.Equal(NtStatus.ObjectPathSyntaxBad, names.Lookup(null, @"\empty\x", false, out _, out _));
    }

    [Fact]
    public void DescriptorsSurviveTheRoundTrip()
    {
        SecurityDescriptorParts parts = SecurityDescriptorParts.Default;
        Assert.True(SecurityDescriptorParts.TryParse(parts.ToBytes(), out SecurityDescriptorParts again));
        Assert.Equal(parts.Owner, again.Owner);
        Assert.Equal(parts.Dacl, again.Dacl);
        Assert.Equal(parts.Control, again.Control);
    }

    [Fact]
    public void MalformedDescriptorsAreRefusedOrKeptWithinBounds()
    {
        Random random = new(11);
        byte[] good = SecurityDescriptorParts.Default.ToBytes();
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bad = good.ToArray();
            for (int n = random.Next(1, 4); n > 0; n--)
            {
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            }
            SecurityDescriptorParts.TryParse(bad.AsSpan(0, random.Next(bad.Length + 1)), out _);
        }
    }

    [Fact]
    public void AtomsCountTheirUses()
    {
        AtomTable table = new();
        Assert.True(table.TryAdd("Name", out ushort atom));
        Assert.True(table.TryAdd("NAME", out ushort again));
        Assert.Equal(atom, again);
        Assert.True(table.TryGet(atom, out string name, out ushort uses));
        Assert.Equal(("Name", 2), (name, uses));
        Assert.True(table.Delete(atom));
        Assert.True(table.TryFind("name", out _));
        Assert.True(table.Delete(atom));
        Assert.False(table.Delete(atom));
        int added = 0;
        while (table.TryAdd($"n{added}", out _))
        {
            added++;
        }
        Assert.Equal(0x4000, added);
    }
}
