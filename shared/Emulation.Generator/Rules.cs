using Microsoft.CodeAnalysis;

namespace PortableVirt.Emulation.Generator;

/// <summary>The generator's diagnostics. All are errors: a call that is declared wrongly must not be left out silently.</summary>
internal static class Rules
{
    private const string Category = "PortableVirt.Syscalls";

    /// <summary>The method is not static, is generic, or cannot be reached from the table.</summary>
    public static readonly DiagnosticDescriptor WrongMethod = Make(
        "PVSC001", "A system call must be a static method that the table can call", "{0}: {1}");

    /// <summary>The first parameter is not the calling thread.</summary>
    public static readonly DiagnosticDescriptor NoThread = Make(
        "PVSC002", "A system call takes the calling thread first", "{0}: the first parameter must be {1}");

    /// <summary>A parameter has a type that has no marshalling.</summary>
    public static readonly DiagnosticDescriptor WrongParameter = Make(
        "PVSC003", "A system call's argument has an unsupported type", "{0}: parameter {1}; use Handle, GuestPointer, ulong, long, uint, int, ushort, byte, bool or an enum, by value");

    /// <summary>The result has a type that does not fit RAX.</summary>
    public static readonly DiagnosticDescriptor WrongResult = Make(
        "PVSC004", "A system call's result has an unsupported type", "{0}: returns {1}; use NtStatus, ulong, long or uint");

    /// <summary>Two methods declare the same call.</summary>
    public static readonly DiagnosticDescriptor Duplicate = Make(
        "PVSC005", "A system call is declared twice", "{0} is also declared by {1}");

    /// <summary>The attribute's name is no exported name.</summary>
    public static readonly DiagnosticDescriptor WrongName = Make(
        "PVSC006", "A system call needs its exported name", "{0}: {1}");

    private static DiagnosticDescriptor Make(string id, string title, string message) =>
        new(id, title, message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true);
}
