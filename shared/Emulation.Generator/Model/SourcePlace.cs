using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace PortableVirt.Emulation.Generator.Model;

/// <summary>Where something stands in the source: comparable data in place of a <see cref="Location"/>, which would keep a whole compilation alive.</summary>
internal sealed record SourcePlace(string Path, TextSpan Span, LinePositionSpan Lines)
{
    /// <summary>The place of a symbol's first declaration, or null for a symbol without source.</summary>
    public static SourcePlace? Of(ISymbol symbol)
    {
        Location location = symbol.Locations[0];
        return location.SourceTree is { } tree ? new SourcePlace(tree.FilePath, location.SourceSpan, location.GetLineSpan().Span) : null;
    }

    /// <summary>The place as Roslyn wants it for a diagnostic.</summary>
    public Location ToLocation() => Location.Create(Path, Span, Lines);
}
