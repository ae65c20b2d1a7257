using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using PortableVirt.Emulation.Generator.Emit;
using PortableVirt.Emulation.Generator.Model;

namespace PortableVirt.Emulation.Generator;

/// <summary>
/// Writes the tables of system calls and gates: for every method with [NtSyscall] or [GateExport] an entry whose handler reads
/// the arguments, calls the method and converts the result, and a formatter of the arguments for traces.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class SyscallGenerator : IIncrementalGenerator
{
    /// <summary>Name of the step that holds the system calls; tests look at how often it changes.</summary>
    public const string SyscallStep = "Syscalls";

    /// <summary>Name of the step that holds the gates.</summary>
    public const string GateStep = "Gates";

    private const string SyscallAttribute = "PortableVirt.Emulation.Syscalls.NtSyscallAttribute";
    private const string GateAttribute = "PortableVirt.Emulation.Syscalls.GateExportAttribute";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValueProvider<ImmutableArray<Declaration>> syscalls = context.SyntaxProvider
            .ForAttributeWithMetadataName(SyscallAttribute, static (_, _) => true, static (c, _) => DeclarationReader.ReadSyscall(c))
            .WithTrackingName(SyscallStep)
            .Collect();
        IncrementalValueProvider<ImmutableArray<Declaration>> gates = context.SyntaxProvider
            .ForAttributeWithMetadataName(GateAttribute, static (_, _) => true, static (c, _) => DeclarationReader.ReadGate(c))
            .WithTrackingName(GateStep)
            .Collect();
        context.RegisterSourceOutput(syscalls, static (c, d) => Write(c, "SyscallTable.g.cs", d, TableWriter.WriteSyscalls));
        context.RegisterSourceOutput(gates, static (c, d) => Write(c, "GateTable.g.cs", d, TableWriter.WriteGates));
    }

    private static void Write(
        SourceProductionContext context,
        string file,
        ImmutableArray<Declaration> declarations,
        System.Func<IReadOnlyList<CallModel>, string> write)
    {
        SortedDictionary<string, CallModel> calls = new(System.StringComparer.Ordinal);
        foreach (Declaration declaration in declarations)
        {
            if (declaration.Problem is { } problem)
            {
                context.ReportDiagnostic(problem.ToDiagnostic());
            }
            else if (declaration.Call is { } call)
            {
                if (calls.TryGetValue(call.Key, out CallModel? first))
                {
                    context.ReportDiagnostic(new Problem(Rules.Duplicate, call.Place, call.Key, first.Method.Replace("global::", "")).ToDiagnostic());
                }
                else
                {
                    calls.Add(call.Key, call);
                }
            }
        }
        context.AddSource(file, SourceText.From(write([.. calls.Values]), Encoding.UTF8));
    }
}
