namespace PortableVirt.VirtualLayer.Unseen;

/// <summary>Something that a program needed and its package's list does not hold.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name: "version.dll", "NtCreateToken", "ffmpeg.exe 0x1000".</param>
/// <param name="Action">What the policy said.</param>
/// <param name="IsGiven">True when the program got it.</param>
/// <param name="Fact">The line that adds it to a list: "module version.dll".</param>
public sealed record UnseenItem(UnseenKind Kind, string Name, UnseenAction Action, bool IsGiven, string Fact);
