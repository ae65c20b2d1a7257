namespace PortableVirt.Emulation.Cryptography;

/// <summary>
/// A host object that a program knows by a number: a key, an open certificate file, a TLS session. Calls use it one at a time, and none after it
/// has been closed.
/// </summary>
internal abstract class UnixObject
{
    private readonly Lock _lock = new();
    private bool _isClosed;

    /// <summary>Runs a call on the object; <see cref="NtStatus.InvalidHandle"/> when another thread has closed it meanwhile.</summary>
    public NtStatus Use(Func<NtStatus> call)
    {
        lock (_lock)
        {
            return _isClosed ? NtStatus.InvalidHandle : call();
        }
    }

    /// <summary>Ends the object after the call that uses it.</summary>
    public void Close()
    {
        lock (_lock)
        {
            if (!_isClosed)
            {
                _isClosed = true;
                Release();
            }
        }
    }

    /// <summary>Frees what the object holds; called once.</summary>
    protected abstract void Release();
}
