namespace PortableVirt.Emulation.Generator.Model;

/// <summary>One argument of a system call.</summary>
/// <param name="Name">Parameter name.</param>
/// <param name="Kind">How 64 raw bits become the value.</param>
/// <param name="Type">C# keyword or fully qualified type.</param>
/// <param name="EnumBase">Keyword of the underlying type of an enum, else empty.</param>
internal sealed record ParameterModel(string Name, ParameterKind Kind, string Type, string EnumBase);
