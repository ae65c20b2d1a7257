namespace PortableVirt.Emulation.Generator.Model;

/// <summary>A declared system call or gate.</summary>
/// <param name="Module">DLL that exports a gate; empty for system calls.</param>
/// <param name="Name">Exported name.</param>
/// <param name="Support">Number of the Support member.</param>
/// <param name="Missing">What is missing.</param>
/// <param name="Method">Fully qualified method.</param>
/// <param name="Result">What it returns.</param>
/// <param name="Parameters">Its arguments, without the thread.</param>
/// <param name="Place">Where it is declared.</param>
internal sealed record CallModel(
    string Module,
    string Name,
    int Support,
    string Missing,
    string Method,
    ResultKind Result,
    EquatableArray<ParameterModel> Parameters,
    SourcePlace? Place)
{
    /// <summary>Name by which two declarations collide.</summary>
    public string Key => Module.Length == 0 ? Name : Module.ToLowerInvariant() + "!" + Name;
}
