namespace PortableVirt.Analysis.Needs;

/// <summary>Something that cannot be known without running the program.</summary>
/// <param name="Module">File name of the module, in lower case.</param>
/// <param name="What">What is not known, and the sign of it.</param>
public sealed record UnknownNeed(string Module, string What);
