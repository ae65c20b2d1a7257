namespace PortableVirt.Hypervisor;

/// <summary>How a piece of a file is seen by the guest.</summary>
public enum FileMapping
{
    /// <summary>Copy-on-write: guest writes never reach the file; clean pages are the page cache's own.</summary>
    Private,

    /// <summary>Guest writes reach the file; the descriptor must be open for writing.</summary>
    Shared,

    /// <summary>The file's own pages without the right to write: a guest write through a writable entry is a memory fault.</summary>
    SharedReadOnly,
}
