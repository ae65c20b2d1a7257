namespace PortableVirt.Emulation.Io.Disk.Layers;

/// <summary>Where the changes that a packed program makes to drive C: and to its registry are kept.</summary>
public interface IDataFolder
{
    /// <summary>Host folder that holds changes of earlier runs and takes those of this one; null when there is none yet.</summary>
    string? Existing { get; }

    /// <summary>Host folder whose changes this run sees but must leave alone, because another run keeps its own there; or null.</summary>
    string? Source { get; }

    /// <summary>
    /// Called when the program first changes something: makes the folder and gives it; null when the changes go with the run. The same answer every time.
    /// Thread-safe. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> where the user asked for a folder that cannot be made.
    /// </summary>
    string? Make();

    /// <summary>Told each path of drive C: that the program is about to change, before <see cref="Make"/>. Thread-safe.</summary>
    void NoteChange(string path);
}
