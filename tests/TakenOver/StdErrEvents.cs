using PortableVirt.VmApp.Core;

namespace PortableVirt.TakenOver;

/// <summary>Errors go to stderr.</summary>
internal sealed class StdErrEvents : IVmEvents
{
    public void ProcessStarted(uint processId, string imagePath)
    {
    }

    public void ProcessEnded(uint processId, uint exitCode)
    {
    }

    public void Error(string text) => Console.Error.WriteLine(text);
}
