using System.Diagnostics.CodeAnalysis;

namespace PortableVirt.Analysis.Pe;

/// <summary>Where an export is found that another DLL implements.</summary>
/// <param name="Module">File name of that DLL.</param>
/// <param name="Function">The function there; it has no address slot.</param>
public sealed record PeForwarder(string Module, PeImport Function)
{
    /// <summary>Reads "module.name" or "module.#ordinal", as <see cref="PeExport.Forwarder"/> has it. The module's name may have dots.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out PeForwarder? forwarder)
    {
        int dot = text.LastIndexOf('.');
        string function = text[(dot + 1)..];
        forwarder = dot <= 0
            ? null
            : new PeForwarder(text[..dot] + ".dll", function.StartsWith('#') && ushort.TryParse(function.AsSpan(1), out ushort ordinal) ? new PeImport(null, ordinal, 0) : new PeImport(function, 0, 0));
        return forwarder is not null;
    }
}
