using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;

namespace PortableVirt.Dispatch.Rights;

/// <summary>The one table of methods and rights. A method that is not in it may not be called by anybody.</summary>
public static class RightTable
{
    private static readonly Dictionary<string, Right> Rights = new(StringComparer.Ordinal)
    {
        [DaemonMethods.GetInfo.FullName] = Right.EveryUser,
        [DaemonMethods.RunProgram.FullName] = Right.EveryUser,
        [DaemonMethods.ListVms.FullName] = Right.OwnVms,
        [DaemonMethods.StopVm.FullName] = Right.OwnVms,
        [DaemonMethods.WatchEvents.FullName] = Right.OwnVms,
        [DaemonMethods.AttachVm.FullName] = Right.OwnVms,
        [DaemonMethods.StartVm.FullName] = Right.EveryUser,
        [DaemonMethods.InspectVm.FullName] = Right.OwnVms,
        [DaemonMethods.PauseVm.FullName] = Right.OwnVms,
        [DaemonMethods.ResumeVm.FullName] = Right.OwnVms,
        [DaemonMethods.RestartVm.FullName] = Right.OwnVms,
        [DaemonMethods.RemoveVm.FullName] = Right.OwnVms,
        [DaemonMethods.ReadLogs.FullName] = Right.OwnVms,
        [DaemonMethods.GetStats.FullName] = Right.OwnVms,
        [DaemonMethods.RegisterPackage.FullName] = Right.OwnPackages,
        [DaemonMethods.UnregisterPackage.FullName] = Right.OwnPackages,
        [DaemonMethods.ListPackages.FullName] = Right.OwnPackages,
        [DaemonMethods.InspectPackage.FullName] = Right.OwnPackages,
        [DaemonMethods.AnnounceVm.FullName] = Right.EveryUser,
        [ManagerMethods.Attach.FullName] = Right.VmChannel,
    };

    /// <summary>The right that a method needs, or null when the table does not have it.</summary>
    public static Right? Find(Method method) => Rights.TryGetValue(method.FullName, out Right right) ? right : null;
}
