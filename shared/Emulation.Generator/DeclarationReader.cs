using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using PortableVirt.Emulation.Generator.Model;

namespace PortableVirt.Emulation.Generator;

/// <summary>Reads a method with [NtSyscall] or [GateExport] into comparable data and checks its signature.</summary>
internal static class DeclarationReader
{
    private const string ThreadType = "PortableVirt.Emulation.Threads.NtThread";
    private const string StatusType = "PortableVirt.Emulation.NtStatus";

    /// <summary>Reads the declaration of a system call: attribute (name, support, missing).</summary>
    public static Declaration ReadSyscall(GeneratorAttributeSyntaxContext context)
    {
        AttributeData attribute = context.Attributes[0];
        return Read(
            (IMethodSymbol)context.TargetSymbol,
            "",
            Text(attribute, 0),
            attribute.ConstructorArguments.Length > 1 && attribute.ConstructorArguments[1].Value is int support ? support : 0,
            Text(attribute, 2));
    }

    /// <summary>Reads the declaration of a gate: attribute (module, name).</summary>
    public static Declaration ReadGate(GeneratorAttributeSyntaxContext context) =>
        Read((IMethodSymbol)context.TargetSymbol, Text(context.Attributes[0], 0), Text(context.Attributes[0], 1), 0, "");

    private static string Text(AttributeData attribute, int index) =>
        attribute.ConstructorArguments.Length > index ? attribute.ConstructorArguments[index].Value as string ?? "" : "";

    private static Declaration Read(IMethodSymbol method, string module, string name, int support, string missing)
    {
        SourcePlace? place = SourcePlace.Of(method);
        Declaration Fail(DiagnosticDescriptor rule, string detail) => new(null, new Problem(rule, place, method.Name, detail));

        if (name.Length == 0 || !name.All(c => c < 128 && (char.IsLetterOrDigit(c) || c == '_')))
        {
            return Fail(Rules.WrongName, $"\"{name}\" is no name that a DLL can export");
        }
        if (ProblemOf(method) is { } problem)
        {
            return Fail(Rules.WrongMethod, problem);
        }
        if (method.Parameters.Length == 0 || method.Parameters[0].Type.ToDisplayString() != ThreadType || method.Parameters[0].RefKind != RefKind.None)
        {
            return Fail(Rules.NoThread, ThreadType);
        }
        if (ResultOf(method.ReturnType) is not { } result || method.ReturnsByRef || method.ReturnsByRefReadonly)
        {
            return Fail(Rules.WrongResult, method.ReturnType.ToDisplayString());
        }
        List<ParameterModel> parameters = [];
        foreach (IParameterSymbol parameter in method.Parameters.Skip(1))
        {
            if (ParameterOf(parameter) is not { } model)
            {
                return Fail(Rules.WrongParameter, $"{parameter.Name} is {parameter.ToDisplayString()}");
            }
            parameters.Add(model);
        }
        string target = method.ContainingType.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat) + "." + method.Name;
        return new Declaration(new CallModel(module, name, support, missing, target, result, new EquatableArray<ParameterModel>([.. parameters]), place), null);
    }

    private static string? ProblemOf(IMethodSymbol method)
    {
        if (!method.IsStatic)
        {
            return "it must be static";
        }
        if (method.IsGenericMethod)
        {
            return "it must not be generic";
        }
        if (!IsReachable(method.DeclaredAccessibility))
        {
            return "it must be internal or public";
        }
        for (INamedTypeSymbol? type = method.ContainingType; type is not null; type = type.ContainingType)
        {
            if (type.IsGenericType || !IsReachable(type.DeclaredAccessibility))
            {
                return $"its type {type.Name} must be internal or public and not generic";
            }
        }
        return null;
    }

    private static bool IsReachable(Accessibility accessibility) =>
        accessibility is Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal;

    private static ResultKind? ResultOf(ITypeSymbol type) => type.SpecialType switch
    {
        SpecialType.System_UInt64 or SpecialType.System_Int64 or SpecialType.System_UInt32 => ResultKind.Integer,
        _ => type.ToDisplayString() == StatusType ? ResultKind.Status : null,
    };

    private static ParameterModel? ParameterOf(IParameterSymbol parameter)
    {
        if (parameter.RefKind != RefKind.None || parameter.IsParams)
        {
            return null;
        }
        string type = parameter.Type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
        ParameterKind? kind = parameter.Type switch
        {
            INamedTypeSymbol { TypeKind: TypeKind.Enum } => ParameterKind.Enum,
            { SpecialType: SpecialType.System_Boolean } => ParameterKind.Boolean,
            { SpecialType: SpecialType.System_UInt64 or SpecialType.System_Int64 or SpecialType.System_UInt32 or SpecialType.System_Int32 or SpecialType.System_UInt16 or SpecialType.System_Byte }
                => ParameterKind.Integer,
            _ when type is "global::PortableVirt.Emulation.Objects.Handle" or "global::PortableVirt.Emulation.Memory.GuestPointer" => ParameterKind.Wrapper,
            _ => null,
        };
        string enumBase = parameter.Type is INamedTypeSymbol { EnumUnderlyingType: { } underlying } ? underlying.ToDisplayString() : "";
        return kind is { } known ? new ParameterModel(parameter.Name, known, type, enumBase) : null;
    }
}
