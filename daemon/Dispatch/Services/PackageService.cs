using Microsoft.Win32.SafeHandles;
using PortableVirt.Dispatch.Events;
using PortableVirt.Dispatch.Packages;
using PortableVirt.Dispatch.Rights;
using PortableVirt.Dispatch.Vms;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Server.Calls;
using PortableVirt.Protocol.Server.Peers;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Services;

/// <summary>The methods of portablevirt.v1.Daemon about the registry of packages.</summary>
internal sealed class PackageService(PackageRegistry registry, PackageStore store, VmFinder finder, Authorizer authorizer, EventHub events)
{
    /// <summary>Adds the methods to a server.</summary>
    public void MapTo(GrpcServer server)
    {
        server.Map(DaemonMethods.RegisterPackage, RegisterAsync);
        server.Map(DaemonMethods.UnregisterPackage, UnregisterAsync);
        server.Map(DaemonMethods.ListPackages, ListAsync);
        server.Map(DaemonMethods.InspectPackage, InspectAsync);
    }

    private async Task<RegisterPackageResponse> RegisterAsync(RegisterPackageRequest request, ServerCallContext context)
    {
        PeerCredentials peer = VmFinder.PeerOf(context);
        RequestChecks.Name(request.Name);
        if (request.ForAll && !authorizer.IsAdministrator(peer))
        {
            throw new GrpcException(
                StatusCode.PermissionDenied, $"only root and members of the group {Authorizer.AdminGroupName} register packages for all users");
        }

        (SafeFileHandle file, _) = CallerProcess.TakeOne(peer, request.Descriptor_, "package");
        using (file)
        {
            (RegisteredPackage package, bool added) = await registry.AddAsync(peer, file, request, context.CancellationToken).ConfigureAwait(false);
            if (added)
            {
                events.Publish(p => package.ForAll || registry.MayChange(p, package), "", new Event { PackageRegistered = package.Clone() });
            }

            return new RegisterPackageResponse { Package = package.Clone(), Added = added };
        }
    }

    private Task<UnregisterPackageResponse> UnregisterAsync(UnregisterPackageRequest request, ServerCallContext context)
    {
        PeerCredentials peer = VmFinder.PeerOf(context);
        RegisteredPackage package = registry.Find(peer, request.Package);
        if (!registry.MayChange(peer, package))
        {
            throw new GrpcException(StatusCode.PermissionDenied, $"package {package.Name} is another user's; only its owner and administrators take it out");
        }

        registry.Remove(package);
        events.Publish(p => package.ForAll || registry.MayChange(p, package), "", new Event { PackageUnregistered = package.Clone() });
        return Task.FromResult(new UnregisterPackageResponse());
    }

    private Task<ListPackagesResponse> ListAsync(ListPackagesRequest request, ServerCallContext context)
    {
        ListPackagesResponse response = new();
        response.Packages.AddRange(registry.VisibleTo(VmFinder.PeerOf(context)).Select(p => p.Clone()));
        return Task.FromResult(response);
    }

    private Task<InspectPackageResponse> InspectAsync(InspectPackageRequest request, ServerCallContext context)
    {
        PeerCredentials peer = VmFinder.PeerOf(context);
        RegisteredPackage package = registry.Find(peer, request.Package);
        InspectPackageResponse response = new() { Package = package.Clone(), StorePath = store.PathOf(package.Sha256) };
        response.VmIds.AddRange(finder.VisibleTo(peer).Where(v => v.IsLive && v.PackageId == package.Id).Select(v => v.Id));
        return Task.FromResult(response);
    }
}
