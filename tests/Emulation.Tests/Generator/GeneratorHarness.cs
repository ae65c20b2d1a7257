using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using PortableVirt.Emulation.Generator;

namespace PortableVirt.Emulation.Tests.Generator;

/// <summary>Runs the generator over small sources against stand-ins of the executive's types.</summary>
internal static class GeneratorHarness
{
    private const string StandIns = """
        namespace PortableVirt.Emulation
        {
            public readonly record struct NtStatus(uint Value);
        }
        namespace PortableVirt.Emulation.Objects
        {
            public readonly record struct Handle(ulong Value);
        }
        namespace PortableVirt.Emulation.Memory
        {
            public readonly record struct GuestPointer(ulong Address);
        }
        namespace PortableVirt.Emulation.Threads
        {
            public sealed class NtThread(ulong[] arguments, bool stackIsReadable)
            {
                public ulong GetRegisterArgument(int index) => arguments[index];
                public bool TryReadStackArguments(System.Span<ulong> target)
                {
                    if (stackIsReadable) { arguments.AsSpan(4, target.Length).CopyTo(target); }
                    return stackIsReadable;
                }
            }
        }
        namespace PortableVirt.Emulation.Syscalls
        {
            using PortableVirt.Emulation.Threads;
            public enum Support { Full, Partial, Refused }
            public sealed class NtSyscallAttribute(string name, Support support, string missing = "") : System.Attribute;
            public sealed class GateExportAttribute(string module, string name) : System.Attribute;
            public sealed record SyscallEntry(string Name, int ArgumentCount, Support Support, string Missing, System.Func<NtThread, ulong> Handler, System.Func<NtThread, string> FormatArguments);
            public sealed record GateEntry(string Module, SyscallEntry Call);
            public static partial class SyscallTable { public static partial System.Collections.Generic.IReadOnlyList<SyscallEntry> Entries { get; } }
            public static partial class GateTable { public static partial System.Collections.Generic.IReadOnlyList<GateEntry> Entries { get; } }
        }
        """;

    private const string Usings = "using System; using PortableVirt.Emulation; using PortableVirt.Emulation.Objects; using PortableVirt.Emulation.Memory; "
        + "using PortableVirt.Emulation.Threads; using PortableVirt.Emulation.Syscalls;\n";

    private static readonly CSharpParseOptions s_parse = new(LanguageVersion.CSharp13);

    private static readonly ImmutableArray<MetadataReference> s_references =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(':')
            .Where(p => Path.GetFileName(p).StartsWith("System.", StringComparison.Ordinal))
            .Select(p => MetadataReference.CreateFromFile(p))];

    /// <summary>A compilation of the stand-ins and the given source, without generated code.</summary>
    public static CSharpCompilation Compile(string source) => CSharpCompilation.Create(
        "Generated" + Guid.NewGuid().ToString("N"),
        [CSharpSyntaxTree.ParseText("using System;\n" + StandIns, s_parse, "standins.cs"), CSharpSyntaxTree.ParseText(Usings + source, s_parse, "calls.cs")],
        s_references,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable)
            .WithSpecificDiagnosticOptions([new("CS9113", ReportDiagnostic.Suppress)]));

    /// <summary>A driver that tracks the pipeline's steps.</summary>
    public static CSharpGeneratorDriver CreateDriver() => CSharpGeneratorDriver.Create(
        [new SyscallGenerator().AsSourceGenerator()],
        parseOptions: s_parse,
        driverOptions: new GeneratorDriverOptions(default, trackIncrementalGeneratorSteps: true));

    /// <summary>The diagnostics that the generator gives for a source.</summary>
    public static ImmutableArray<Diagnostic> Diagnose(string source)
    {
        CreateDriver().RunGeneratorsAndUpdateCompilation(Compile(source), out _, out ImmutableArray<Diagnostic> diagnostics);
        return diagnostics;
    }

    /// <summary>Compiles a source with the generated code and loads the result; fails on any error or warning.</summary>
    public static Assembly Load(string source)
    {
        CreateDriver().RunGeneratorsAndUpdateCompilation(Compile(source), out Compilation output, out ImmutableArray<Diagnostic> diagnostics);
        Assert.Empty(diagnostics);
        using MemoryStream stream = new();
        Microsoft.CodeAnalysis.Emit.EmitResult result = output.Emit(stream);
        Assert.Empty(result.Diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning));
        return Assembly.Load(stream.ToArray());
    }

    /// <summary>An entry of a loaded table.</summary>
    public static GeneratedEntry Entry(Assembly assembly, string table, int index)
    {
        Type type = assembly.GetType("PortableVirt.Emulation.Syscalls." + table)!;
        object entry = ((System.Collections.IEnumerable)type.GetProperty("Entries")!.GetValue(null)!).Cast<object>().ElementAt(index);
        return new GeneratedEntry(assembly, entry);
    }
}
