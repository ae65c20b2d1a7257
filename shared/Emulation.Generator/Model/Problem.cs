using Microsoft.CodeAnalysis;

namespace PortableVirt.Emulation.Generator.Model;

/// <summary>A diagnostic to report, as comparable data.</summary>
/// <param name="Rule">Which of <see cref="Rules"/>.</param>
/// <param name="Place">Where.</param>
/// <param name="Subject">First argument of the message.</param>
/// <param name="Detail">Second argument of the message.</param>
internal sealed record Problem(DiagnosticDescriptor Rule, SourcePlace? Place, string Subject, string Detail)
{
    /// <summary>The diagnostic.</summary>
    public Diagnostic ToDiagnostic() => Diagnostic.Create(Rule, Place?.ToLocation(), Subject, Detail);
}
