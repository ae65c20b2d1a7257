using Microsoft.Extensions.Logging;
using PortableVirt.Dispatch.Journal;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Server.Calls;

namespace PortableVirt.Dispatch.Rights;

/// <summary>One line for each call that was refused or changes something: who, what, and how it went.</summary>
internal sealed class AuditLog(ILogger<AuditLog> logger)
{
    private const int LongestDetail = 400;

    /// <summary>A call has ended.</summary>
    public void Ended(ServerCallContext context, StatusCode status, string detail)
    {
        bool isRefusal = status is StatusCode.PermissionDenied or StatusCode.Unauthenticated;
        if (context.Peer is not { } peer || (!isRefusal && !RightTable.ChangesState(context.Method)))
        {
            return;
        }

        string cut = detail.Length > LongestDetail ? detail[..LongestDetail] : detail;
        using IDisposable? scope = logger.BeginScope(new KeyValuePair<string, object>[]
        {
            new(VmScope.User, peer.UserId),
            new("PORTABLEVIRT_METHOD", context.Method.Name),
            new("PORTABLEVIRT_STATUS", status.ToString()),
        });
        logger.Log(
            status == StatusCode.OK ? LogLevel.Information : LogLevel.Warning,
            "audit: {Method} by user {User}, process {Process}: {Status} {Detail}",
            context.Method.Name,
            peer.UserId,
            peer.ProcessId,
            status,
            cut);
    }
}
