using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Dispatch.Native;

/// <summary>Starts processes that inherit exactly the descriptors they are given.</summary>
internal static class ProcessStarter
{
    private const int FirstFreeNumber = 64;

    /// <summary>Starts a program in a session of its own, in the folder /, with default signals, an empty signal mask, the given
    /// descriptors as 0, 1, 2... and no other. Nothing that other threads do at the same time can leak into it.</summary>
    /// <param name="path">Absolute path of the program.</param>
    /// <param name="arguments">Its arguments, the first being its name.</param>
    /// <param name="environment">Its environment, "NAME=VALUE".</param>
    /// <param name="descriptors">At most 64.</param>
    /// <exception cref="IOException">It cannot be started.</exception>
    public static WatchedProcess Start(string path, IReadOnlyList<string> arguments, IReadOnlyList<string> environment, IReadOnlyList<SafeHandle> descriptors)
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

            // The process cannot be another one: nobody has waited for it.
            return WatchedProcess.Child(processId);
        }
        finally
        {
            _ = NativeSpawn.FileActionsDestroy(actions);
            _ = NativeSpawn.AttributesDestroy(attributes);
            copies.ForEach(c => c.Dispose());
        }
    }

    private static void Check(int error, string call)
    {
        if (error != 0)
        {
            throw NativeCall.Failed(call, error);
        }
    }
}
