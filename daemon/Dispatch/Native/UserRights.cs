using PortableVirt.Dispatch.Vms;

namespace PortableVirt.Dispatch.Native;

/// <summary>Does something with files under a user's ids instead of the daemon's, on a thread that has them alone (setfsuid(2): file-system
/// ids are a thread's own, and the capabilities that pass file permissions go with user 0).</summary>
internal static class UserRights
{
    private const int StackSize = 128 * 1024;

    /// <summary>Does it and gives its result; its exception, if it throws.</summary>
    public static T Run<T>(UserIdentity user, Func<T> action)
    {
        if (NativeProcess.GetEUid() != 0)
        {
            return action();
        }

        TaskCompletionSource<T> result = new();
        Thread thread = new(
            () =>
            {
                try
                {
                    TakeOn(user);
                    result.SetResult(action());
                }
                catch (Exception e)
                {
                    // Thrown again by the waiting caller.
                    result.SetException(e);
                }
            },
            StackSize);
        thread.Start();
        return result.Task.GetAwaiter().GetResult();
    }

    private static void TakeOn(UserIdentity user)
    {
        NativeCall.Check(NativeProcess.SetThreadGroups([.. user.Groups]), "setgroups");
        NativeProcess.SetThreadFsGid(user.GroupId);
        NativeProcess.SetThreadFsUid(user.UserId);

        // Neither call tells whether it worked; each tells what the id was before.
        if (NativeProcess.SetThreadFsGid(uint.MaxValue) != user.GroupId || NativeProcess.SetThreadFsUid(uint.MaxValue) != user.UserId)
        {
            throw new IOException($"the ids of user {user.UserId} cannot be taken on");
        }
    }
}
