using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using PortableVirt.Emulation.Generator;

namespace PortableVirt.Emulation.Tests.Generator;

public sealed class SyscallGeneratorTests
{
    private const string Calls = """
        namespace Calls
        {
            [Flags] public enum Access : uint { None, Read = 1, Write = 2 }
            internal static class Sample
            {
                [NtSyscall("NtZero", Support.Full)]
                public static NtStatus Zero(NtThread thread) => new(0xc0000002);

                [NtSyscall("NtMany", Support.Partial, "a \"quoted\" thing")]
                internal static ulong Many(NtThread thread, Handle handle, GuestPointer pointer, bool alertable, Access access, int signed, ushort small, byte tiny, long wide, uint last) =>
                    handle.Value ^ pointer.Address ^ (alertable ? 1ul << 60 : 0) ^ (ulong)access << 32 ^ (ulong)(signed + 2) ^ (ulong)small << 16 ^ (ulong)tiny << 8 ^ (ulong)wide ^ last;

                [NtSyscall("NtNegative", Support.Refused, "all")]
                public static long Negative(NtThread thread, long value) => -value;

                [GateExport("b.dll", "Second")] public static uint Second(NtThread thread, uint value) => value + 1;
                [GateExport("a.dll", "First")] public static uint First(NtThread thread) => 7;
            }
        }
        """;

    [Fact]
    public void EntriesAreSortedAndCarryTheAttribute()
    {
        Assembly assembly = GeneratorHarness.Load(Calls);
        GeneratedEntry many = GeneratorHarness.Entry(assembly, "SyscallTable", 0);
        Assert.Equal("NtMany", many["Name"]);
        Assert.Equal(9, many["ArgumentCount"]);
        Assert.Equal("Partial", many["Support"]!.ToString());
        Assert.Equal("a \"quoted\" thing", many["Missing"]);
        Assert.Equal("NtNegative", GeneratorHarness.Entry(assembly, "SyscallTable", 1)["Name"]);
        Assert.Equal("NtZero", GeneratorHarness.Entry(assembly, "SyscallTable", 2)["Name"]);
    }

    [Fact]
    public void HandlersConvertArgumentsAndResults()
    {
        Assembly assembly = GeneratorHarness.Load(Calls);
        GeneratedEntry many = GeneratorHarness.Entry(assembly, "SyscallTable", 0);
        const ulong Junk = 0xdead_beef_0000_0000;
        ulong result = many.Invoke(0x8000_0000_0000_0000, 0x0100_0000_0000_0000, 0xffff_ff01, Junk | 3, Junk | 0xffff_ffff, Junk | 0x1_0042, 0xff_ff21, 0x4000_0000_0000_0000, Junk | 4);
        Assert.Equal(0x8000_0000_0000_0000 ^ 0x0100_0000_0000_0000 ^ (1ul << 60) ^ (3ul << 32) ^ 1 ^ (0x42ul << 16) ^ (0x21ul << 8) ^ 0x4000_0000_0000_0000 ^ 4, result);
        Assert.Equal(0ul, many.Invoke(0, 0, 0xff00, 0, 0xffff_fffe, 0, 0, 0, 0));
        Assert.Equal(0xc0000002ul, GeneratorHarness.Entry(assembly, "SyscallTable", 2).Invoke());
        Assert.Equal(ulong.MaxValue, GeneratorHarness.Entry(assembly, "SyscallTable", 1).Invoke(1));
    }

    [Fact]
    public void UnreadableStackIsAnAccessViolation() =>
        Assert.Equal(0xc0000005ul, GeneratorHarness.Entry(GeneratorHarness.Load(Calls), "SyscallTable", 0).InvokeWithoutStack());

    [Fact]
    public void ArgumentsAreFormattedByName()
    {
        Assembly assembly = GeneratorHarness.Load(Calls);
        Assert.Equal(
            "handle=0x10, pointer=0x20, alertable=True, access=Read, Write, signed=-1, small=0x7, tiny=0x8, wide=9, last=0xa",
            GeneratorHarness.Entry(assembly, "SyscallTable", 0).Format(16, 32, 1, 3, 0xffffffff, 7, 8, 9, 10));
        Assert.Equal("", GeneratorHarness.Entry(assembly, "SyscallTable", 2).Format());
    }

    [Fact]
    public void GatesAreNumberedByModuleAndName()
    {
        Assembly assembly = GeneratorHarness.Load(Calls);
        GeneratedEntry first = GeneratorHarness.Entry(assembly, "GateTable", 0);
        Assert.Equal("a.dll", first["Module"]);
        Assert.Equal(7ul, first.Call.Invoke());
        Assert.Equal(6ul, GeneratorHarness.Entry(assembly, "GateTable", 1).Call.Invoke(5));
    }

    [Theory]
    [InlineData("PVSC001", "public NtStatus M(NtThread t) => default;", "Nt")]
    [InlineData("PVSC001", "private static NtStatus M(NtThread t) => default;", "Nt")]
    [InlineData("PVSC001", "public static NtStatus M<T>(NtThread t) => default;", "Nt")]
    [InlineData("PVSC002", "public static NtStatus M() => default;", "Nt")]
    [InlineData("PVSC002", "public static NtStatus M(Handle h, NtThread t) => default;", "Nt")]
    [InlineData("PVSC003", "public static NtStatus M(NtThread t, string s) => default;", "Nt")]
    [InlineData("PVSC003", "public static NtStatus M(NtThread t, ref uint s) => default;", "Nt")]
    [InlineData("PVSC003", "public static NtStatus M(NtThread t, short s) => default;", "Nt")]
    [InlineData("PVSC004", "public static void M(NtThread t) { }", "Nt")]
    [InlineData("PVSC004", "public static bool M(NtThread t) => true;", "Nt")]
    [InlineData("PVSC006", "public static NtStatus M(NtThread t) => default;", "Nt Close")]
    [InlineData("PVSC006", "public static NtStatus M(NtThread t) => default;", "")]
    public void WrongDeclarationsAreErrors(string id, string method, string name)
    {
        Diagnostic diagnostic = Assert.Single(GeneratorHarness.Diagnose($"public class C {{ [NtSyscall(\"{name}\", Support.Full)] {method} }}"));
        Assert.Equal(id, diagnostic.Id);
        Assert.Equal(DiagnosticSeverity.Error, diagnostic.Severity);
        Assert.Equal("calls.cs", diagnostic.Location.GetLineSpan().Path);
    }

    [Fact]
    public void DuplicateNamesAreErrors()
    {
        const string Twice = "public static class C { [NtSyscall(\"NtA\", Support.Full)] public static NtStatus A(NtThread t) => default; "
            + "[NtSyscall(\"NtA\", Support.Full)] public static NtStatus B(NtThread t) => default; }";
        Diagnostic diagnostic = Assert.Single(GeneratorHarness.Diagnose(Twice));
        Assert.Equal("PVSC005", diagnostic.Id);
        Assert.Contains("C.A", diagnostic.GetMessage(), StringComparison.Ordinal);
    }

    [Fact]
    public void OutputIsDeterministicAndCached()
    {
        CSharpCompilation compilation = GeneratorHarness.Compile(Calls);
        GeneratorDriver driver = GeneratorHarness.CreateDriver().RunGenerators(compilation);
        string first = string.Concat(driver.GetRunResult().GeneratedTrees);
        Assert.Equal(first, string.Concat(GeneratorHarness.CreateDriver().RunGenerators(compilation).GetRunResult().GeneratedTrees));

        CSharpParseOptions options = (CSharpParseOptions)compilation.SyntaxTrees.First().Options;
        driver = driver.RunGenerators(compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText("class Unrelated { }", options)));
        ImmutableArray<IncrementalGeneratorRunStep> steps = driver.GetRunResult().Results[0].TrackedSteps[SyscallGenerator.SyscallStep];
        Assert.All(steps.SelectMany(s => s.Outputs), o => Assert.True(o.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged));
        Assert.All(driver.GetRunResult().Results[0].TrackedOutputSteps.SelectMany(s => s.Value).SelectMany(s => s.Outputs), o => Assert.Equal(IncrementalStepRunReason.Cached, o.Reason));
    }
}
