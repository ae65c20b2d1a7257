namespace PortableVirt.Emulation.Sockets;

/// <summary>A request with a time-out of its own.</summary>
internal interface ITimedRequest
{
    /// <summary>True once it has ended.</summary>
    bool IsCompleted { get; }

    /// <summary>Ends the request, unless it has ended, since its time is over. Called without locks.</summary>
    void Expire();
}
