namespace PortableVirt.Cli.Doctor;

/// <summary>What "pvctl doctor" found about one part of the host.</summary>
/// <param name="Name">The part: "kvm".</param>
/// <param name="Level">How it is.</param>
/// <param name="Text">What was found, one line.</param>
/// <param name="Remedy">What to do; "" where nothing need be done.</param>
public sealed record Finding(string Name, FindingLevel Level, string Text, string Remedy = "");
