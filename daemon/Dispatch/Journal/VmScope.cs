using Microsoft.Extensions.Logging;
using PortableVirt.Dispatch.Vms;

namespace PortableVirt.Dispatch.Journal;

/// <summary>The journal's fields of a VM: PORTABLEVIRT_VM and PORTABLEVIRT_UID, for "journalctl PORTABLEVIRT_VM=...".</summary>
internal static class VmScope
{
    /// <summary>Name of the field with the VM's id.</summary>
    public const string Vm = "PORTABLEVIRT_VM";

    /// <summary>Name of the field with the user's id.</summary>
    public const string User = "PORTABLEVIRT_UID";

    /// <summary>Lines logged until the scope is disposed of have a VM's fields.</summary>
    public static IDisposable? Of(ILogger logger, VmInstance vm) =>
        logger.BeginScope(new KeyValuePair<string, object>[] { new(Vm, vm.Id), new(User, vm.UserId) });
}
