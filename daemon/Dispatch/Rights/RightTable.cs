using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;

namespace PortableVirt.Dispatch.Rights;

/// <summary>The one table of methods and rights. A method that is not in it may not be called by anybody.</summary>
public static class RightTable
{
    private static readonly Dictionary<string, MethodRule> Rules = new(StringComparer.Ordinal)
    {
        [DaemonMethods.GetInfo.FullName] = new(Right.EveryUser, ChangesState: false),
        [DaemonMethods.RunProgram.FullName] = new(Right.EveryUser, ChangesState: true),
        [DaemonMethods.AttachVm.FullName] = new(Right.OwnVms, ChangesState: true),
        [DaemonMethods.StartVm.FullName] = new(Right.EveryUser, ChangesState: true),
        [DaemonMethods.ListVms.FullName] = new(Right.OwnVms, ChangesState: false),
        [DaemonMethods.InspectVm.FullName] = new(Right.OwnVms, ChangesState: false),
        [DaemonMethods.StopVm.FullName] = new(Right.OwnVms, ChangesState: true),
        [DaemonMethods.PauseVm.FullName] = new(Right.OwnVms, ChangesState: true),
        [DaemonMethods.ResumeVm.FullName] = new(Right.OwnVms, ChangesState: true),
        [DaemonMethods.RestartVm.FullName] = new(Right.OwnVms, ChangesState: true),
        [DaemonMethods.RemoveVm.FullName] = new(Right.OwnVms, ChangesState: true),
        [DaemonMethods.ReadLogs.FullName] = new(Right.OwnVms, ChangesState: false),
        [DaemonMethods.GetStats.FullName] = new(Right.OwnVms, ChangesState: false),
        [DaemonMethods.WatchEvents.FullName] = new(Right.OwnVms, ChangesState: false),
        [DaemonMethods.RegisterPackage.FullName] = new(Right.OwnPackages, ChangesState: true),
        [DaemonMethods.UnregisterPackage.FullName] = new(Right.OwnPackages, ChangesState: true),
        [DaemonMethods.ListPackages.FullName] = new(Right.OwnPackages, ChangesState: false),
        [DaemonMethods.InspectPackage.FullName] = new(Right.OwnPackages, ChangesState: false),
        [ManagerMethods.Attach.FullName] = new(Right.VmChannel, ChangesState: false),
    };

    /// <summary>The right that a method needs, or null when the table does not have it.</summary>
    public static Right? Find(Method method) => Rules.TryGetValue(method.FullName, out MethodRule rule) ? rule.Right : null;

    /// <summary>True for a method whose calls are worth a line in the audit log.</summary>
    public static bool ChangesState(Method method) => Rules.TryGetValue(method.FullName, out MethodRule rule) && rule.ChangesState;
}
