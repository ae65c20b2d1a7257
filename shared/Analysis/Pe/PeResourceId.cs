using System.Globalization;

namespace PortableVirt.Analysis.Pe;

/// <summary>A resource's type or name: a number, or a text.</summary>
/// <param name="Number">The number; 0 when there is a text.</param>
/// <param name="Text">The text, or null.</param>
public readonly record struct PeResourceId(ushort Number, string? Text)
{
    /// <inheritdoc/>
    public override string ToString() => Text ?? "#" + Number.ToString(CultureInfo.InvariantCulture);
}
