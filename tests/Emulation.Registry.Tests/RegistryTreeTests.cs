using PortableVirt.Emulation.Registry;

namespace PortableVirt.Emulation.Registry.Tests;

public sealed class RegistryTreeTests
{
    private readonly RegistryTree _tree = new(new SystemClock());

    private KeyNode Create(string path, bool isVolatile = false)
    {
        KeyNode? key = null;
        string done = "";
        foreach (string part in path.Split('\\'))
        {
            done = done.Length == 0 ? part : done + "\\" + part;
            Assert.True(_tree.Create(_tree.Root, done, KeyLookup.Default, isVolatile, out key, out _).IsSuccess);
        }
        return key!;
    }

    [Fact]
    public void NamesCompareWithoutCaseAndKeepTheFirstSpelling()
    {
        KeyNode key = Create(@"Machine\Software\Test");
        Assert.True(_tree.Open(_tree.Root, @"mAcHiNe\SOFTWARE\tEST", KeyLookup.Default, out KeyNode? found).IsSuccess);
        Assert.Same(key, found);
        Assert.Equal(@"\REGISTRY\MACHINE\Software\Test", key.Path);
        _tree.SetValue(key, "Name", RegistryValueType.Dword, [1, 0, 0, 0]);
        _tree.SetValue(key, "NAME", RegistryValueType.Dword, [2, 0, 0, 0]);
        Assert.Equal(("Name", 2), (key.Values.Single().Name, key.Values.Single().Data[0]));
    }

    [Fact]
    public void OnlyTheLastNameIsCreated()
    {
        Assert.Equal(NtStatus.ObjectNameNotFound, _tree.Create(_tree.Machine, @"a\b", KeyLookup.Default, false, out _, out _));
        Assert.True(_tree.Create(_tree.Machine, "a", KeyLookup.Default, false, out _, out bool created).IsSuccess);
        Assert.True(created);
        Assert.True(_tree.Create(_tree.Machine, @"a\b\", KeyLookup.Default, false, out KeyNode? b, out _).IsSuccess);
        Assert.Equal("b", b!.Name);
    }

    [Theory]
    [InlineData(@"\a", 0xc000003b)]
    [InlineData("missing", 0xc0000034)]
    [InlineData(@"missing\deeper", 0xc0000034)]
    public void OpenFailsWith(string path, uint status) =>
        Assert.Equal(new NtStatus(status), _tree.Open(_tree.Machine, path, KeyLookup.Default, out _));

    [Fact]
    public void NamesHaveALimit()
    {
        Assert.True(_tree.Create(_tree.Machine, new string('x', 255), KeyLookup.Default, false, out _, out _).IsSuccess);
        Assert.Equal(NtStatus.InvalidParameter, _tree.Create(_tree.Machine, new string('x', 256), KeyLookup.Default, false, out _, out _));
    }

    [Fact]
    public void SubkeysAreSortedValuesAreNot()
    {
        KeyNode key = Create(@"Machine\k");
        foreach (string name in (string[])["b", "A", "c"])
        {
            Create(@"Machine\k\" + name);
            _tree.SetValue(key, name, RegistryValueType.None, []);
        }
        Assert.Equal(["A", "b", "c"], key.Children.Select(k => k.Name));
        Assert.Equal(["b", "A", "c"], key.Values.Select(v => v.Name));
    }

    [Fact]
    public void DeletedKeysSaySo()
    {
        KeyNode parent = Create(@"Machine\p"), child = Create(@"Machine\p\c");
        Assert.Equal(NtStatus.CannotDelete, _tree.Delete(parent));
        Assert.Equal(NtStatus.CannotDelete, _tree.Delete(_tree.Machine));
        Assert.True(_tree.Delete(child).IsSuccess);
        Assert.Equal(NtStatus.KeyDeleted, _tree.Delete(child));
        Assert.Equal(NtStatus.KeyDeleted, _tree.Open(child, "", KeyLookup.Default, out _));
        Assert.Equal(NtStatus.ObjectNameNotFound, _tree.Open(_tree.Machine, @"p\c", KeyLookup.Default, out _));
    }

    [Fact]
    public void VolatileKeysHaveOnlyVolatileSubkeys()
    {
        KeyNode key = Create(@"Machine\v", isVolatile: true);
        Assert.Equal(NtStatus.ChildMustBeVolatile, _tree.Create(key, "x", KeyLookup.Default, false, out _, out _));
        Assert.True(_tree.Create(key, "x", KeyLookup.Default, true, out _, out _).IsSuccess);
    }

    [Fact]
    public void LinksAreFollowedUnlessOpenedThemselves()
    {
        KeyNode target = Create(@"Machine\target\sub").Parent!;
        KeyNode link = Create(@"Machine\link");
        link.IsLink = true;
        link.SetValue(RegistryTree.LinkValueName, RegistryValueType.Link, System.Text.Encoding.Unicode.GetBytes(@"\Registry\Machine\target"));
        Assert.True(_tree.Open(_tree.Machine, @"link\sub", KeyLookup.Default, out KeyNode? sub).IsSuccess);
        Assert.Same(target, sub!.Parent);
        Assert.True(_tree.Open(_tree.Machine, "link", KeyLookup.OpenLink, out KeyNode? itself).IsSuccess);
        Assert.Same(link, itself);
        link.SetValue(RegistryTree.LinkValueName, RegistryValueType.Link, System.Text.Encoding.Unicode.GetBytes(@"\Registry\Machine\link"));
        Assert.Equal(NtStatus.ObjectNameNotFound, _tree.Open(_tree.Machine, "link", KeyLookup.Default, out _));
    }

    [Fact]
    public void RenameKeepsContents()
    {
        KeyNode key = Create(@"Machine\old");
        Create(@"Machine\taken");
        Create(@"Machine\old\sub");
        Assert.Equal(NtStatus.CannotDelete, _tree.Rename(key, "TAKEN"));
        Assert.Equal(NtStatus.InvalidParameter, _tree.Rename(key, @"a\b"));
        Assert.True(_tree.Rename(key, "new").IsSuccess);
        Assert.True(_tree.Open(_tree.Machine, @"new\sub", KeyLookup.Default, out _).IsSuccess);
    }

    [Fact]
    public void NotificationsFireOnceAndRememberOneChange()
    {
        KeyNode key = Create(@"Machine\watched"), below = Create(@"Machine\watched\below");
        KeyObject open = new(_tree, key);
        List<NtStatus> results = [];
        KeyNotification notification = RegistryTree.Watch(open, KeyChange.LastSet, watchTree: true);
        notification.Add(results.Add);
        _tree.Create(_tree.Machine, @"watched\other", KeyLookup.Default, false, out _, out _);
        Assert.Empty(results);
        _tree.SetValue(below, "v", RegistryValueType.None, []);
        Assert.Equal([NtStatus.NotifyEnumDir], results);
        _tree.SetValue(below, "v", RegistryValueType.None, []);
        Assert.Single(results);
        notification.Add(results.Add);
        Assert.Equal(2, results.Count);
        notification.Add(results.Add);
        _tree.Cancel(open);
        Assert.Equal(NtStatus.NotifyCleanup, results[2]);
    }
}
