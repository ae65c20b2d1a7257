using System.Diagnostics;
using PortableVirt.Emulation.Mailbox;
using PortableVirt.Emulation.Processes;

namespace PortableVirt.Emulation.Sync;

/// <summary>The state of an event that programs use often, where they reach it without the host. Guarded by the dispatcher lock.</summary>
public sealed partial class EventObject
{
    /// <summary>Calls on an event after which it is shared.</summary>
    private const int UsesBeforeSharing = 16;

    /// <summary>In this time a thread that looks at an event in user mode has seen that it is set, however busy the processors are: 100 ms.</summary>
    private static readonly long _lookersLimit = Stopwatch.Frequency / 10;

    private EventWord? _word;
    private EventWord? _retired;
    private SharedEvents? _words;
    private int _uses;
    private bool _isWithPrograms;
    private bool _isBusy;
    private bool _isNeverShared;

    /// <summary>Counts a system call on the event; true when it is used so often that it should be shared.</summary>
    internal bool NoteUse() => !_isNeverShared && (_uses >= UsesBeforeSharing || ++_uses >= UsesBeforeSharing);

    /// <summary>True when a pulse has to wait until the threads that look at the event in user mode wait for it here.</summary>
    internal bool IsShared => Volatile.Read(ref _word) is not null;

    /// <summary>Shares the event: its word, or null when there is none to be had.</summary>
    internal EventWord? TryShare(SharedEvents words)
    {
        lock (dispatcher.Lock)
        {
            if (_word is null && !_isNeverShared)
            {
                _words = words;
                _word = words.TryRent();
                OfferToPrograms();
            }
            return _word;
        }
    }

    /// <summary>Leaves the state to the programs when nobody waits for the event here.</summary>
    internal override void OfferToPrograms()
    {
        if (_word is { } word && !_isWithPrograms && !_isBusy && Waiters.First is null)
        {
            _isWithPrograms = true;
            word.Give(_isSet);
        }
    }

    /// <inheritdoc/>
    protected override void OnLastHandleClosed(NtProcess process)
    {
        Withdraw();
        if (_retired is { } word)
        {
            _retired = null;
            _words!.Return(word);
        }
    }

    private void TakeFromPrograms()
    {
        if (_isWithPrograms)
        {
            _isSet = _word!.Take();
            _isWithPrograms = false;
        }
    }

    /// <summary>A notification event that was set has released who waited then, also when it is reset right after.</summary>
    private void LetLookersSee()
    {
        if (!IsNotification || Volatile.Read(ref _word) is not { HasLookers: true } word)
        {
            return;
        }
        long deadline = Stopwatch.GetTimestamp() + _lookersLimit;
        while (word.IsSet && word.HasLookers)
        {
            if (Stopwatch.GetTimestamp() > deadline)
            {
                // A thread that ended meanwhile will never be counted down.
                Withdraw();
                return;
            }
            Thread.Yield();
        }
    }

    /// <summary>Before a pulse, which is for those who wait at this moment: threads that look in user mode come to the host.</summary>
    private void EndSharing()
    {
        _isNeverShared = true;
        if (Withdraw())
        {
            Thread.Sleep(TimeSpan.FromMilliseconds(1));
        }
    }

    /// <summary>Shares the event no more. Handles may still lead to the word, which says from now on that the host has the state.</summary>
    private bool Withdraw()
    {
        if (Volatile.Read(ref _word) is null)
        {
            return false;
        }
        lock (dispatcher.Lock)
        {
            TakeFromPrograms();
            _isNeverShared = true;
            _retired = _word ?? _retired;
            _word = null;
            return true;
        }
    }
}
