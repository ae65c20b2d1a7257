namespace PortableVirt.VmApp.Core;

/// <summary>What a VM reports while it runs. Called on the VM's own threads: implementations return at once.</summary>
public interface IVmEvents
{
    /// <summary>A process of the application started.</summary>
    /// <param name="processId">NT process id.</param>
    /// <param name="imagePath">The program as the guest names it.</param>
    void ProcessStarted(uint processId, string imagePath);

    /// <summary>A process of the application ended.</summary>
    /// <param name="processId">NT process id.</param>
    /// <param name="exitCode">All 32 bits of its exit code.</param>
    void ProcessEnded(uint processId, uint exitCode);

    /// <summary>Something went wrong that the user should read; one line, without a prefix.</summary>
    void Error(string text);
}
