using System.Runtime.ExceptionServices;
using PortableVirt.Cell;

namespace PortableVirt.VmApp.Core;

/// <summary>A cell that is got ready on one thread for another.</summary>
/// <param name="prepare">Gets it ready.</param>
internal sealed class CellPreparation(Func<PreparedCell> prepare) : IDisposable
{
    private readonly ManualResetEventSlim _ready = new();
    private PreparedCell? _cell;
    private Exception? _failure;

    /// <summary>Gets it ready, once. Does not throw.</summary>
    public void Run()
    {
        try
        {
            _cell = prepare();
        }
        catch (Exception e)
        {
            // Whatever it is, the thread that takes the cell gets it.
            _failure = e;
        }
        _ready.Set();
    }

    /// <summary>Waits for the cell, which belongs to this object. Throws what the preparation threw, <see cref="CellException"/> above all.</summary>
    public PreparedCell Take()
    {
        _ready.Wait();
        if (_failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
        return _cell!;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ready.Wait();
        _cell?.Dispose();
        _ready.Dispose();
    }
}
