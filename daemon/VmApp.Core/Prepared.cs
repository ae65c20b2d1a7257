using System.Runtime.ExceptionServices;

namespace PortableVirt.VmApp.Core;

/// <summary>Something that one thread gets ready for another.</summary>
internal sealed class Prepared<T>
    where T : class
{
    private readonly Func<T> _prepare;
    private readonly ManualResetEventSlim _ready = new();
    private T? _value;
    private Exception? _failure;

    private Prepared(Func<T> prepare) => _prepare = prepare;

    /// <summary>Begins.</summary>
    /// <param name="prepare">Gets it ready.</param>
    /// <param name="elsewhere">Gives work to another thread; false when there is none: it is then done at once.</param>
    public static Prepared<T> Begin(Func<T> prepare, Func<Action, bool> elsewhere)
    {
        Prepared<T> prepared = new(prepare);
        if (!elsewhere(prepared.Run))
        {
            prepared.Run();
        }
        return prepared;
    }

    /// <summary>Waits for it. Throws what the preparation threw.</summary>
    public T Take()
    {
        Wait();
        if (_failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
        return _value!;
    }

    /// <summary>Waits for it; null when the preparation threw.</summary>
    public T? Await()
    {
        Wait();
        return _value;
    }

    private void Wait()
    {
        if (!BriefWait.For(() => _ready.IsSet))
        {
            _ready.Wait();
        }
    }

    private void Run()
    {
        try
        {
            _value = _prepare();
        }
        catch (Exception e)
        {
            // Whatever it is, the thread that takes it gets it.
            _failure = e;
        }
        _ready.Set();
    }
}
