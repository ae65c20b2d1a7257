using PortableVirt.Emulation.Registry;
using PortableVirt.Emulation.SystemInfo;

namespace PortableVirt.Emulation.Registry.Tests;

public sealed class RegistryTextTests
{
    private const int FuzzRounds = 3000;

    private static RegistryTree NewTree() => new(new SystemClock());

    [Fact]
    public void EveryValueTypeComesBack()
    {
        RegistryTree tree = NewTree();
        KeyNode key = tree.Ensure(tree.Machine, "k");
        Dictionary<string, (RegistryValueType Type, byte[] Data)> values = new()
        {
            [""] = (RegistryValueType.String, KeyValue.Encode("default \" \\ \n \t \0 x \uD800 \u2028 $(Name) ÄÖ 😀")),
            ["=\"\\odd\nname"] = (RegistryValueType.ExpandString, KeyValue.Encode("%A%")),
            ["dword"] = (RegistryValueType.Dword, [1, 2, 3, 4]),
            ["short dword"] = (RegistryValueType.Dword, [1]),
            ["qword"] = (RegistryValueType.Qword, [1, 2, 3, 4, 5, 6, 7, 8]),
            ["empty"] = (RegistryValueType.String, []),
            ["odd"] = (RegistryValueType.String, [1, 2, 3]),
            ["binary"] = (RegistryValueType.Binary, [0, 255, 17]),
            ["multi"] = (RegistryValueType.MultiString, KeyValue.Encode("a\0b\0")),
            ["link"] = (RegistryValueType.Link, System.Text.Encoding.Unicode.GetBytes(@"\Registry\Machine")),
            ["unknown"] = ((RegistryValueType)0xffffffff, [7]),
        };
        foreach ((string name, (RegistryValueType type, byte[] data)) in values)
        {
            tree.SetValue(key, name, type, data);
        }
        key.Class = "class \"x\"";
        key.SecurityDescriptor = [1, 0, 4, 128];
        KeyNode odd = key.AddChild("odd]\nname ", false, 5);
        odd.IsLink = true;
        key.AddChild("volatile", true, 6);

        RegistryTree copy = NewTree();
        Assert.Null(RegistryTextReader.Read(copy, RegistryTextWriter.Write(tree, tree.Root)));
        Assert.True(copy.Machine.TryGetChild("k", out KeyNode? read));
        Assert.Equal(values.Count, read.ValueCount);
        foreach ((string name, (RegistryValueType type, byte[] data)) in values)
        {
            Assert.True(read.TryGetValue(name, out KeyValue? value), name);
            Assert.Equal((type, Convert.ToHexString(data)), (value.Type, Convert.ToHexString(value.Data)));
        }
        Assert.Equal((key.Class, key.LastWriteTime), (read.Class, read.LastWriteTime));
        Assert.Equal(key.SecurityDescriptor, read.SecurityDescriptor);
        Assert.True(read.TryGetChild("odd]\nname ", out KeyNode? readOdd));
        Assert.True(readOdd.IsLink);
        Assert.Equal(1, read.ChildCount);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("Windows Registry Editor Version 5.00", 1)]
    [InlineData("PortableVirt Registry 1\n[nowhere]", 2)]
    [InlineData("PortableVirt Registry 1\n\"x\"=dword:1", 2)]
    [InlineData("PortableVirt Registry 1\n[HKLM]\n\"x\"=dword:zz", 3)]
    [InlineData("PortableVirt Registry 1\n[HKLM]\n\"x\"=hex:1", 3)]
    [InlineData("PortableVirt Registry 1\n[HKLM]\n\"x=1", 3)]
    [InlineData("PortableVirt Registry 1\n[HKLM]\n!colour=1", 3)]
    [InlineData("PortableVirt Registry 1\n[HKLM]\n@=\"\\u12\"", 3)]
    public void ErrorsNameTheLine(string text, int line) => Assert.Equal(line, RegistryTextReader.Read(NewTree(), text)?.Line);

    [Fact]
    public void RemovesKeysAndValues()
    {
        RegistryTree tree = NewTree();
        Assert.Null(RegistryTextReader.Read(tree, "PortableVirt Registry 1\n[HKLM\\a\\b]\n\"x\"=\"1\"\n\"y\"=\"2\"\n[HKLM\\c]\n"));
        Assert.Null(RegistryTextReader.Read(tree, "PortableVirt Registry 1\r\n[HKLM\\A\\B]\r\n\"X\"=-\r\n[-HKLM\\c]\r\n"));
        Assert.True(tree.Open(tree.Machine, @"a\b", KeyLookup.Default, out KeyNode? key).IsSuccess);
        Assert.Equal(["y"], key!.Values.Select(v => v.Name));
        Assert.Equal(1, tree.Machine.ChildCount);
    }

    [Fact]
    public void DamagedTextsNeverThrow()
    {
        int seed = Random.Shared.Next();
        Random random = new(seed);
        RegistryTree source = NewTree();
        KeyNode key = source.Ensure(source.Machine, @"fuzz\deeper");
        source.SetValue(key, "s", RegistryValueType.String, KeyValue.Encode("text"));
        source.SetValue(key, "h", RegistryValueType.Binary, [1, 2, 3]);
        string good = RegistryTextWriter.Write(source, source.Root);
        const string alphabet = "[]\\\"=:;!@-hex,dword()$\n\r0aZ\u0000é\uD800";
        for (int round = 0; round < FuzzRounds; round++)
        {
            char[] text = good.ToCharArray();
            for (int i = random.Next(1, 8); i > 0; i--)
            {
                text[random.Next(text.Length)] = alphabet[random.Next(alphabet.Length)];
            }
            Exception? failure = Record.Exception(() => RegistryTextReader.Read(NewTree(), new string(text), new Dictionary<string, string>()));
            Assert.True(failure is null, $"seed {seed}, round {round}: {failure}");
        }
    }

    [Fact]
    public void StoreReplacesTheFileAndReadsItBack()
    {
        string folder = Directory.CreateTempSubdirectory("pv-registry").FullName;
        try
        {
            RegistryStore store = new(Path.Combine(folder, "user.reg"));
            RegistryTree tree = NewTree();
            KeyNode user = tree.Ensure(tree.User, "S-1");
            Assert.Null(store.Load(tree, user));
            tree.SetValue(tree.Ensure(user, @"Software\X"), "v", RegistryValueType.String, KeyValue.Encode("kept"));
            Assert.Null(store.Save(tree, user));
            Assert.Null(store.Save(tree, user));
            RegistryTree next = NewTree();
            KeyNode nextUser = next.Ensure(next.User, "S-1");
            next.Ensure(nextUser, "gone");
            Assert.Null(store.Load(next, nextUser));
            Assert.Equal("kept", next.ReadText(@"\Registry\User\S-1\Software\X", "v"));
            Assert.Equal(1, nextUser.ChildCount);
            Assert.Single(Directory.GetFiles(folder));
            File.WriteAllText(store.Path, "garbage");
            Assert.Contains("user.reg:1:", store.Load(next, nextUser), StringComparison.Ordinal);
            Assert.NotNull(new RegistryStore(Path.Combine(folder, "missing", "x.reg")).Save(tree, user));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
