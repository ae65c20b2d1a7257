namespace PortableVirt.Emulation.Registry;

/// <summary>Why a registry text could not be read.</summary>
/// <param name="Line">Line number, from 1.</param>
/// <param name="Message">What is wrong and what was expected.</param>
public sealed record RegistryTextError(int Line, string Message);
