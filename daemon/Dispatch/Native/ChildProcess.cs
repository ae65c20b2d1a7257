using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Dispatch.Native;

/// <summary>A child process that inherits exactly the descriptors it is given.</summary>
/// <param name="ProcessId">Its id.</param>
/// <param name="PidFd">Its descriptor.</param>
internal sealed record ChildProcess(int ProcessId, SafeFileHandle PidFd) : IDisposable
{
    private const int FirstFreeNumber = 64;

    /// <summary>Starts a program in a session of its own, in the folder /, with default signals, an empty signal mask, the given
    /// descriptors as 0, 1, 2... and no other. Nothing that other threads do at the same time can leak into it.</summary>
    /// <param name="path">Absolute path of the program.</param>
    /// <param name="arguments">Its arguments, the first being its name.</param>
    /// <param name="environment">Its environment, "NAME=VALUE".</param>
    /// <param name="descriptors">At most 64.</param>
    /// <exception cref="IOException">It cannot be started.</exception>
    public static ChildProcess Start(string path, IReadOnlyList<string> arguments, IReadOnlyList<string> environment, IReadOnlyList<SafeHandle> descriptors)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(descriptors.Count, FirstFreeNumber);
        List<SafeFileHandle> copies = [];
        byte[] actions = new byte[NativeSpawn.FileActionsSize];
        byte[] attributes = new byte[NativeSpawn.AttributesSize];
        byte[] allSignals = new byte[NativeSpawn.SignalSetSize];
        Array.Fill(allSignals, (byte)0xFF);
        Check(NativeSpawn.FileActionsInit(actions), "posix_spawn_file_actions_init");
        Check(NativeSpawn.AttributesInit(attributes), "posix_spawnattr_init");
        try
        {
            // Above the numbers that the child gets, so that no step overwrites what a later one needs.
            foreach (SafeHandle descriptor in descriptors)
            {
                long copy = NativeCall.Check(NativeFile.FCntl(descriptor, NativeFile.FDupFdCloExec, FirstFreeNumber), "fcntl");
                copies.Add(new SafeFileHandle((nint)copy, ownsHandle: true));
            }

            for (int number = 0; number < copies.Count; number++)
            {
                Check(NativeSpawn.FileActionsAddDup2(actions, (int)copies[number].DangerousGetHandle(), number), "adddup2");
            }

            Check(NativeSpawn.FileActionsAddCloseFrom(actions, copies.Count), "addclosefrom");
            Check(NativeSpawn.FileActionsAddChDir(actions, "/"), "addchdir");
            Check(NativeSpawn.AttributesSetFlags(attributes, NativeSpawn.SetSigDef | NativeSpawn.SetSigMask | NativeSpawn.SetSid), "setflags");
            Check(NativeSpawn.AttributesSetSigDefault(attributes, allSignals), "setsigdefault");
            Check(NativeSpawn.AttributesSetSigMask(attributes, new byte[NativeSpawn.SignalSetSize]), "setsigmask");
            Check(NativeSpawn.Spawn(out int processId, path, actions, attributes, [.. arguments, null], [.. environment, null]), path);

            // The process cannot be another one: nobody but the owner of this record waits for it.
            SafeFileHandle pidFd = NativeProcess.PidFdOpen(processId);
            return pidFd.IsInvalid ? throw NativeCall.Failed("pidfd_open") : new ChildProcess(processId, pidFd);
        }
        finally
        {
            _ = NativeSpawn.FileActionsDestroy(actions);
            _ = NativeSpawn.AttributesDestroy(attributes);
            copies.ForEach(c => c.Dispose());
        }
    }

    /// <summary>Waits for the end; once.</summary>
    /// <returns>The exit code, or the signal that ended it.</returns>
    public ChildEnd Wait()
    {
        // siginfo_t is 128 bytes: si_code is its third integer, si_status its seventh (x86-64).
        Span<int> siginfo = stackalloc int[32];
        while (NativeProcess.WaitId(NativeProcess.PPidFd, (int)PidFd.DangerousGetHandle(), siginfo, NativeProcess.WExited) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error != NativeProcess.Eintr)
            {
                throw NativeCall.Failed("waitid", error);
            }
        }

        return new ChildEnd(siginfo[2] == NativeProcess.CldExited, siginfo[6]);
    }

    /// <summary>Ends it at once (SIGKILL), unless it has been waited for.</summary>
    public void Kill()
    {
        bool added = false;
        try
        {
            PidFd.DangerousAddRef(ref added);
            _ = NativeProcess.PidFdSendSignal(PidFd, NativeProcess.SigKill);
        }
        catch (ObjectDisposedException)
        {
            // It is gone already.
        }
        finally
        {
            if (added)
            {
                PidFd.DangerousRelease();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => PidFd.Dispose();

    private static void Check(int error, string call)
    {
        if (error != 0)
        {
            throw NativeCall.Failed(call, error);
        }
    }
}
