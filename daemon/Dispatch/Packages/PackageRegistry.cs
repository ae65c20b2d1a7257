using System.Security.Cryptography;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Appliance.Format;
using PortableVirt.Appliance.Trust;
using PortableVirt.Dispatch.Registry;
using PortableVirt.Dispatch.Rights;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Server.Peers;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Packages;

/// <summary>The registered packages. A registration is a row of the registry that names a file of the store; the file is there before the row
/// and after it.</summary>
internal sealed class PackageRegistry(PackageTable table, PackageStore store, Authorizer authorizer, ILogger<PackageRegistry> logger) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _room = new(PackageStoreLimits.MaxAtATime, PackageStoreLimits.MaxAtATime);
    private readonly Dictionary<string, RegisteredPackage> _packages = new(StringComparer.Ordinal);

    /// <summary>Reads the registry and removes what an interrupted registration or removal left in the store; before callers are served.</summary>
    public void Load()
    {
        foreach (RegisteredPackage package in table.LoadAll())
        {
            if (!File.Exists(store.PathOf(package.Sha256)))
            {
                logger.LogError("package {Name} of user {User}: its file {File} is gone from the store; register it again", package.Name, package.Uid, package.Sha256);
            }

            _packages[package.Id] = package;
        }

        int removed = store.Sweep(_packages.Values.Select(p => p.Sha256).ToHashSet(StringComparer.Ordinal));
        if (removed > 0)
        {
            logger.LogInformation("{Count} files that no package owns were removed from the store", removed);
        }
    }

    /// <summary>The packages that a caller may start, by name.</summary>
    public IReadOnlyList<RegisteredPackage> VisibleTo(PeerCredentials peer)
    {
        lock (_lock)
        {
            return [.. _packages.Values.Where(p => p.ForAll || MayChange(peer, p)).OrderBy(p => p.Name, StringComparer.Ordinal).ThenBy(p => p.Uid)];
        }
    }

    /// <summary>True when a caller may take a package out.</summary>
    public bool MayChange(PeerCredentials peer, RegisteredPackage package) => package.Uid == peer.UserId || authorizer.IsAdministrator(peer);

    /// <summary>The package of a name, an id or its first digits that a caller may start. The caller's own names come before others'.</summary>
    /// <exception cref="GrpcException">InvalidArgument, NotFound.</exception>
    public RegisteredPackage Find(PeerCredentials peer, string idOrName)
    {
        if (idOrName.Length == 0)
        {
            throw new GrpcException(StatusCode.InvalidArgument, "which package? Its name or id is needed");
        }

        IReadOnlyList<RegisteredPackage> visible = VisibleTo(peer);
        RegisteredPackage[] found = [.. visible.Where(p => p.Name == idOrName && p.Uid == peer.UserId)];
        found = found.Length > 0 ? found : [.. visible.Where(p => p.Name == idOrName)];
        found = found.Length > 0 ? found : [.. visible.Where(p => p.Id.StartsWith(idOrName, StringComparison.OrdinalIgnoreCase))];
        return found.Length switch
        {
            0 => throw new GrpcException(StatusCode.NotFound, $"there is no package {idOrName}"),
            1 => found[0],
            _ => throw new GrpcException(StatusCode.InvalidArgument, $"{found.Length} packages have the name {idOrName} or ids that start so"),
        };
    }

    /// <summary>Opens the file of a package that a VM was made from.</summary>
    /// <param name="id">Id of the registration.</param>
    /// <exception cref="GrpcException">FailedPrecondition: it is not registered any more.</exception>
    public OpenPackage Open(string id)
    {
        lock (_lock)
        {
            return _packages.TryGetValue(id, out RegisteredPackage? package)
                ? new OpenPackage(store.Open(package.Sha256), package.SourcePath)
                : throw new GrpcException(StatusCode.FailedPrecondition, "the package is not registered any more; register it again and start it anew");
        }
    }

    /// <summary>Registers a package.</summary>
    /// <param name="peer">The caller, who becomes the owner.</param>
    /// <param name="file">The package's file, as the caller opened it.</param>
    /// <param name="request">Name, place, for whom.</param>
    /// <param name="cancellationToken">Ends the wait for a turn.</param>
    /// <returns>The package, and whether it was not registered before.</returns>
    /// <exception cref="GrpcException">It is refused; the message says why.</exception>
    public async Task<(RegisteredPackage Package, bool Added)> AddAsync(
        PeerCredentials peer, SafeFileHandle file, RegisterPackageRequest request, CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => Add(peer, file, request), CancellationToken.None).ConfigureAwait(false);
        }
        catch (PackageException e)
        {
            throw new GrpcException(StatusCode.InvalidArgument, e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or RegistryException)
        {
            throw new GrpcException(StatusCode.ResourceExhausted, $"the package cannot be written to the store: {e.Message}", e);
        }
        finally
        {
            _room.Release();
        }
    }

    /// <summary>Takes a package out; its file too, unless another registration has it.</summary>
    public void Remove(RegisteredPackage package)
    {
        lock (_lock)
        {
            table.Delete(package.Id);
            _packages.Remove(package.Id);
            if (!_packages.Values.Any(p => p.Sha256 == package.Sha256))
            {
                store.Remove(package.Sha256);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _room.Dispose();

    private (RegisteredPackage Package, bool Added) Add(PeerCredentials peer, SafeFileHandle file, RegisterPackageRequest request)
    {
        (string path, string sha256, long length) = store.Copy(file);
        try
        {
            RegisteredPackage package = Describe(path);
            package.Uid = peer.UserId;
            package.Name = request.Name.Length > 0 ? request.Name : DefaultName(package.Program);
            package.ForAll = request.ForAll;
            package.Sha256 = sha256;
            package.Size = (ulong)length;
            package.SourcePath = request.SourcePath;
            package.Registered = Timestamp.FromDateTime(DateTime.UtcNow);
            lock (_lock)
            {
                if (_packages.Values.FirstOrDefault(p => p.Uid == package.Uid && p.Name == package.Name) is { } same)
                {
                    return same.Sha256 == sha256
                        ? (same, false)
                        : throw new GrpcException(StatusCode.AlreadyExists, $"another package is registered as {same.Name}; unregister it or choose another name");
                }

                CheckRoom(peer, package);
                do
                {
                    package.Id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
                }
                while (_packages.ContainsKey(package.Id));

                store.Finish(path, sha256);
                table.Add(package);
                _packages[package.Id] = package;
                return (package, true);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>What the copy says of itself, every byte compared with what was packed, and its signature judged by the host's trust store.</summary>
    private static RegisteredPackage Describe(string path)
    {
        using PackageReader reader = PackageReader.TryOpen(path) ?? throw new PackageException("the file is no package; \"pvctl pack\" makes one of a program");
        TrustStore trust = TrustStore.Load(null);
        RegisteredPackage package = new() { Program = reader.Manifest.Program, PackageId = reader.Id };
        if (reader.Signature is { } signature)
        {
            package.KeyFingerprint = PublicKeyText.Fingerprint(signature.Key.Span);
            package.KeyName = trust.NameOf(signature.Key.Span) ?? "";
            if (!signature.Verifies(reader.ManifestText.Span))
            {
                throw new PackageException("the package's signature is wrong: it was changed after it was signed; get it again from where it comes from");
            }

            if (package.KeyName.Length == 0 && trust[TrustStore.Unknown] == "deny")
            {
                throw new PackageException($"the package is signed with the key {package.KeyFingerprint}, which is not in this computer's trust store");
            }
        }
        else if (trust[TrustStore.Unsigned] == "deny")
        {
            throw new PackageException("the package is not signed, and this computer runs signed packages alone");
        }

        reader.Check();
        return package;
    }

    private static string DefaultName(string program)
    {
        string name = new([.. Path.GetFileNameWithoutExtension(program).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '_')]);
        name = name.Length > 0 && char.IsAsciiLetter(name[0]) ? name : "p" + name;
        return name[..Math.Min(name.Length, 64)];
    }

    private void CheckRoom(PeerCredentials peer, RegisteredPackage package)
    {
        RegisteredPackage[] own = [.. _packages.Values.Where(p => p.Uid == peer.UserId)];
        if (own.Length >= PackageStoreLimits.MaxPackagesPerUser)
        {
            throw new GrpcException(StatusCode.ResourceExhausted, $"user {peer.UserId} has {PackageStoreLimits.MaxPackagesPerUser} packages, which is the limit");
        }

        if (peer.UserId != 0 && own.Sum(p => (long)p.Size) + (long)package.Size > PackageStoreLimits.MaxBytesPerUser)
        {
            throw new GrpcException(StatusCode.ResourceExhausted, $"user {peer.UserId}'s packages would take more than 16 GiB, which is the limit");
        }
    }
}
