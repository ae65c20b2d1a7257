namespace PortableVirt.VirtualLayer.Files;

/// <summary>The policy's answer for one host path.</summary>
/// <param name="Kind">Hidden, passage or granted.</param>
/// <param name="Grant">The grant that decides; null unless granted.</param>
/// <param name="Remainder">The path below the grant, without a leading slash; empty for the grant itself.</param>
/// <param name="Passage">Spelled path of the passage folder ("/" or "/a/b"); empty unless passage.</param>
public readonly record struct FileVerdict(FileVerdictKind Kind, FileGrant? Grant, string Remainder, string Passage);
