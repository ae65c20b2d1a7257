namespace PortableVirt.Emulation.Ui;

/// <summary>What is on a clipboard.</summary>
/// <param name="SequenceNumber">Goes up with every change.</param>
/// <param name="Formats">Data by format: a number below 0xc000, or a registered name.</param>
public sealed record ClipboardContent(uint SequenceNumber, IReadOnlyList<(uint Format, string Name, byte[] Data)> Formats);
