using PortableVirt.Analysis.Needs;

namespace PortableVirt.Analysis.Tests.Needs;

public sealed class NeedListTextTests
{
    private const int FuzzSeeds = 400;

    private static readonly NeedList s_list = new()
    {
        Program = "A program.exe",
        Facts = [("subsystem", "WindowsConsole"), ("ProductName", "Two words")],
        Modules =
        [
            new ModuleNeed("a program.exe".Replace(' ', '_'), ModuleOrigin.Program, "", false, 10, "00ff"),
            new ModuleNeed("x.dll", ModuleOrigin.System, "a_program.exe", true, 20, "01"),
            new ModuleNeed("y.dll", ModuleOrigin.Made, "x.dll", false, 30, "02"),
        ],
        Functions = [new FunctionNeed("a_program.exe", "x.dll", "?odd name@@", BindingKind.Delayed)],
        Gates = [new CodeGate("a_program.exe", 0x1234, CodeGateKind.Int2E, true)],
        Missing = ["module z.dll, needed by x.dll"],
        Unknown = [new UnknownNeed("a_program.exe", "loads DLLs")],
        Runs = [new RunRecord("default", ["call NtClose ntdll.dll", @"file missing C:\with spaces\x"])],
    };

    [Fact]
    public void WhatIsWrittenIsRead()
    {
        string text = NeedListText.Write(s_list);
        Assert.Equal(text, NeedListText.Write(NeedListText.Read(text)));
    }

    [Theory]
    [InlineData("my program.exe")]
    [InlineData("100%20 sure.exe")]
    [InlineData("line\u2028end\u0085.exe")]
    public void NamesAreReadAsTheyWere(string name)
    {
        NeedList list = s_list with
        {
            Program = name,
            Modules = [new ModuleNeed(name, ModuleOrigin.Program, "", false, 10, "00ff"), new ModuleNeed("x.dll", ModuleOrigin.System, name, true, 20, "01")],
            Functions = [new FunctionNeed(name, "a b.dll", "f", BindingKind.Import)],
            Gates = [new CodeGate(name, 0x1234, CodeGateKind.Int2E, true)],
            Unknown = [new UnknownNeed(name, "loads DLLs")],
        };
        NeedList read = NeedListText.Read(NeedListText.Write(list));
        Assert.Equal(name, read.Program);
        Assert.Equal(list.Modules, read.Modules);
        Assert.Equal(list.Functions, read.Functions);
        Assert.Equal(list.Gates, read.Gates);
        Assert.Equal(list.Unknown, read.Unknown);
    }

    [Fact]
    public void ControlCharactersOfHostileNamesMakeNoLines()
    {
        NeedList list = s_list with { Program = "a\nmodule b.exe\u001b[2J", Modules = [], Facts = [], Missing = ["module c\r\nfact x y"] };
        NeedList read = NeedListText.Read(NeedListText.Write(list));
        Assert.Equal("a?module b.exe?[2J", read.Program);
        Assert.Equal(["module c??fact x y"], read.Missing);
        Assert.Empty(read.Modules);
        Assert.Empty(read.Facts);
    }

    [Fact]
    public void LinesMayEndAsOnWindows() =>
        Assert.Equal("A program.exe", NeedListText.Read(NeedListText.Write(s_list).Replace("\n", "\r\n", StringComparison.Ordinal)).Program);

    [Theory]
    [InlineData("", "line 1")]
    [InlineData("Another List\n", "line 1")]
    [InlineData("PortableVirt List 1\nnonsense\n", "line 2")]
    [InlineData("PortableVirt List 1\nprogram x\ngate x 0xzz syscall confirmed\n", "line 3")]
    [InlineData("PortableVirt List 1\nmodule x.dll system many sha256:00\n", "line 2")]
    [InlineData("PortableVirt List 1\nused no/name file found x\n", "line 2")]
    public void BadListsAreRefusedByLine(string text, string where) =>
        Assert.StartsWith(where, Assert.Throws<FormatException>(() => NeedListText.Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void RunsAddUp()
    {
        RunRecord run = new("default", ["file found b"]);
        Assert.Equal(["file found a", "file found b"], run.Add(["file found a", "file found b"]).Facts);
        Assert.Equal(["found a", "found b"], run.Add(["file found a", "key found k"]).OfKind("file"));
    }

    [Fact]
    public void DamagedListsAreReadOrRefusedButNothingElse()
    {
        string text = NeedListText.Write(s_list);
        for (int seed = 0; seed < FuzzSeeds; seed++)
        {
            Random random = new(seed);
            char[] damaged = text.ToCharArray();
            for (int i = random.Next(1, 6); i > 0; i--)
            {
                damaged[random.Next(damaged.Length)] = (char)random.Next(0, 128);
            }
            try
            {
                NeedList list = NeedListText.Read(new string(damaged));
                Assert.NotNull(NeedListText.Write(list));
            }
            catch (FormatException)
            {
                // Refused with a message.
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}: {e}");
            }
        }
    }
}
