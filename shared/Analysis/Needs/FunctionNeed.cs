namespace PortableVirt.Analysis.Needs;

/// <summary>A function that the program or a module beside it needs, or that such a function forwards to.</summary>
/// <param name="Importer">File name of the module that asks, in lower case.</param>
/// <param name="Module">File name of the module that has it; for an api set, its host.</param>
/// <param name="Function">Name, or "#ordinal".</param>
/// <param name="Kind">How it is asked for.</param>
public sealed record FunctionNeed(string Importer, string Module, string Function, BindingKind Kind);
